using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TaskArithmetic.Kernels.Formats;
using TaskArithmetic.Kernels.Lanes;

namespace TaskArithmetic.Kernels;

/// <summary>
/// The loops of a fused merge. Elements are seen as rows of <see cref="FusedSums.Columns"/>; a register covers some neighbouring columns of a row and a
/// loop goes down the rows, so that each column is summed in the same order whatever the register's width.
/// </summary>
internal static class FusedLoop
{
    /// <summary>Places of sums: those of a term, then Σ target².</summary>
    public const int Squared = 0, FromSquared = 1, FromDistance = 2, MinusSquared = 3, MinusDistance = 4, TargetSquared = 5, SumCount = 6;

    /// <summary>Places of counters; the last is a sum of zeroes unless the output has a value that is not finite.</summary>
    public const int Equal = 0, Asked = 1, Survived = 2, NonFinite = 3;

    /// <summary>
    /// One term added to the target, in registers from the stored elements to the stored result:
    /// <c>t + f·(a − b)</c>, each operation rounded apart.
    /// </summary>
    /// <typeparam name="TIn">Format of the operands.</typeparam>
    /// <typeparam name="TOut">Format of the output.</typeparam>
    /// <typeparam name="TLanes">Registers.</typeparam>
    /// <typeparam name="TTerm">Whether there is a second operand.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Single<TIn, TOut, TLanes, TTerm>(
        ReadOnlySpan<byte> target, ReadOnlySpan<byte> from, ReadOnlySpan<byte> minus, float factor, Span<byte> output, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
        where TTerm : struct, IFusedTermKind
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var a = ref MemoryMarshal.GetReference(from);
        ref var b = ref MemoryMarshal.GetReference(minus);
        ref var o = ref MemoryMarshal.GetReference(output);
        nint length = target.Length / TIn.Bytes;
        var rows = length - (length % FusedSums.Columns);
        for (nint first = 0; first < rows; first += FusedSums.RunElements)
        {
            var end = Math.Min(rows, first + FusedSums.RunElements);
            for (nint column = 0; column < FusedSums.Columns; column += TLanes.Count)
                SingleColumns<TIn, TOut, TLanes, TTerm>(ref t, ref a, ref b, ref o, first, column, end, factor, sums);
            sums.EndRun();
        }
        if (rows == length)
            return;
        for (nint column = 0; column < length - rows; column++)
            SingleColumns<TIn, TOut, Lanes1, TTerm>(ref t, ref a, ref b, ref o, rows, column, length, factor, sums);
        sums.EndRun();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void SingleColumns<TIn, TOut, TLanes, TTerm>(
        ref byte t, ref byte a, ref byte b, ref byte o, nint first, nint column, nint end, float factor, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
        where TTerm : struct, IFusedTermKind
    {
        var f = TLanes.Create(factor);
        TLanes squared = default, fromSquared = default, fromDistance = default, minusSquared = default, minusDistance = default, targetSquared = default;
        var equal = sums.Counter<TLanes>(Equal, column);
        var asked = sums.Counter<TLanes>(Asked, column);
        var survived = sums.Counter<TLanes>(Survived, column);
        var nonFinite = sums.Counter<TLanes>(NonFinite, column);
        for (var i = first + column; i < end; i += FusedSums.Columns)
        {
            var target = TIn.Load<TLanes>(in Unsafe.Add(ref t, i * TIn.Bytes));
            var from = TIn.Load<TLanes>(in Unsafe.Add(ref a, i * TIn.Bytes));
            var delta = from;
            if (TTerm.HasMinus)
            {
                var minus = TIn.Load<TLanes>(in Unsafe.Add(ref b, i * TIn.Bytes));
                delta = from - minus;
                fromSquared = Square(from, fromSquared);
                fromDistance = Square(from - target, fromDistance);
                minusSquared = Square(minus, minusSquared);
                minusDistance = Square(minus - target, minusDistance);
                equal = TLanes.SubtractBits(equal, TLanes.AreEqual(from, minus));
            }
            else
            {
                equal = TLanes.SubtractBits(equal, TLanes.AreEqual(from, default));
            }
            squared = Square(delta, squared);
            targetSquared = Square(target, targetSquared);
            var change = f * delta;
            var rounded = TOut.StoreRounded(target + change, ref Unsafe.Add(ref o, i * TOut.Bytes));
            // A mask is −1: subtracting it counts.
            var isAsked = ~TLanes.AreEqual(change, default);
            asked = TLanes.SubtractBits(asked, isAsked);
            survived = TLanes.SubtractBits(survived, isAsked & ~TLanes.AreEqual(rounded, RoundTarget<TIn, TOut, TLanes>(target)));
            // 0·x is 0 unless x is infinite or NaN.
            nonFinite = TLanes.FusedMultiplyAdd(rounded, default, nonFinite);
        }
        TakeTerm<TLanes, TTerm>(column, squared, fromSquared, fromDistance, minusSquared, minusDistance, sums);
        sums.Take(TargetSquared, column, targetSquared);
        sums.SetCounter(Equal, column, equal);
        sums.SetCounter(Asked, column, asked);
        sums.SetCounter(Survived, column, survived);
        sums.SetCounter(NonFinite, column, nonFinite);
    }

    /// <summary>One of several terms: adds it to float32 scratch and measures it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddTerm<TIn, TLanes, TTerm>(
        ReadOnlySpan<byte> target, ReadOnlySpan<byte> from, ReadOnlySpan<byte> minus, float factor, FusedScratch scratch, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
        where TTerm : struct, IFusedTermKind
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var a = ref MemoryMarshal.GetReference(from);
        ref var b = ref MemoryMarshal.GetReference(minus);
        nint length = target.Length / TIn.Bytes;
        var rows = length - (length % FusedSums.Columns);
        for (nint first = 0; first < rows; first += FusedSums.RunElements)
        {
            var end = Math.Min(rows, first + FusedSums.RunElements);
            for (nint column = 0; column < FusedSums.Columns; column += TLanes.Count)
                TermColumns<TIn, TLanes, TTerm>(ref t, ref a, ref b, first, column, end, factor, scratch, sums);
            sums.EndRun();
        }
        if (rows == length)
            return;
        for (nint column = 0; column < length - rows; column++)
            TermColumns<TIn, Lanes1, TTerm>(ref t, ref a, ref b, rows, column, length, factor, scratch, sums);
        sums.EndRun();
    }

    /// <summary>Rounds what the terms summed up to, stores it and compares it with the target.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Finish<TIn, TOut, TLanes>(ReadOnlySpan<byte> target, bool addsToTarget, Span<byte> output, FusedScratch scratch, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        ref var t = ref MemoryMarshal.GetReference(target);
        ref var o = ref MemoryMarshal.GetReference(output);
        nint length = target.Length / TIn.Bytes;
        var rows = length - (length % FusedSums.Columns);
        for (nint first = 0; first < rows; first += FusedSums.RunElements)
        {
            var end = Math.Min(rows, first + FusedSums.RunElements);
            for (nint column = 0; column < FusedSums.Columns; column += TLanes.Count)
                FinishColumns<TIn, TOut, TLanes>(ref t, ref o, first, column, end, addsToTarget, scratch, sums);
            sums.EndRun();
        }
        if (rows == length)
            return;
        for (nint column = 0; column < length - rows; column++)
            FinishColumns<TIn, TOut, Lanes1>(ref t, ref o, rows, column, length, addsToTarget, scratch, sums);
        sums.EndRun();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TermColumns<TIn, TLanes, TTerm>(
        ref byte t, ref byte a, ref byte b, nint first, nint column, nint end, float factor, FusedScratch scratch, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
        where TTerm : struct, IFusedTermKind
    {
        var f = TLanes.Create(factor);
        TLanes squared = default, fromSquared = default, fromDistance = default, minusSquared = default, minusDistance = default;
        var equal = sums.Counter<TLanes>(Equal, column);
        ref var accumulator = ref MemoryMarshal.GetReference(scratch.Accumulator);
        ref var change = ref MemoryMarshal.GetReference(scratch.Change);
        for (var i = first + column; i < end; i += FusedSums.Columns)
        {
            var from = TIn.Load<TLanes>(in Unsafe.Add(ref a, i * TIn.Bytes));
            var delta = from;
            if (TTerm.HasMinus)
            {
                var target = TIn.Load<TLanes>(in Unsafe.Add(ref t, i * TIn.Bytes));
                var minus = TIn.Load<TLanes>(in Unsafe.Add(ref b, i * TIn.Bytes));
                delta = from - minus;
                fromSquared = Square(from, fromSquared);
                fromDistance = Square(from - target, fromDistance);
                minusSquared = Square(minus, minusSquared);
                minusDistance = Square(minus - target, minusDistance);
                equal = TLanes.SubtractBits(equal, TLanes.AreEqual(from, minus));
            }
            else
            {
                equal = TLanes.SubtractBits(equal, TLanes.AreEqual(from, default));
            }
            squared = Square(delta, squared);
            var scaled = f * delta;
            TLanes.Store(TLanes.Load(in Unsafe.Add(ref accumulator, i)) + scaled, ref Unsafe.Add(ref accumulator, i));
            TLanes.Store(TLanes.Load(in Unsafe.Add(ref change, i)) + scaled, ref Unsafe.Add(ref change, i));
        }
        TakeTerm<TLanes, TTerm>(column, squared, fromSquared, fromDistance, minusSquared, minusDistance, sums);
        sums.SetCounter(Equal, column, equal);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void FinishColumns<TIn, TOut, TLanes>(
        ref byte t, ref byte o, nint first, nint column, nint end, bool addsToTarget, FusedScratch scratch, FusedSums sums)
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes>
    {
        TLanes targetSquared = default;
        var asked = sums.Counter<TLanes>(Asked, column);
        var survived = sums.Counter<TLanes>(Survived, column);
        var nonFinite = sums.Counter<TLanes>(NonFinite, column);
        ref var accumulator = ref MemoryMarshal.GetReference(scratch.Accumulator);
        ref var changes = ref MemoryMarshal.GetReference(scratch.Change);
        for (var i = first + column; i < end; i += FusedSums.Columns)
        {
            var target = TIn.Load<TLanes>(in Unsafe.Add(ref t, i * TIn.Bytes));
            var merged = TLanes.Load(in Unsafe.Add(ref accumulator, i));
            var change = addsToTarget ? TLanes.Load(in Unsafe.Add(ref changes, i)) : merged - target;
            var rounded = TOut.StoreRounded(merged, ref Unsafe.Add(ref o, i * TOut.Bytes));
            targetSquared = Square(target, targetSquared);
            var isAsked = ~TLanes.AreEqual(change, default);
            asked = TLanes.SubtractBits(asked, isAsked);
            survived = TLanes.SubtractBits(survived, isAsked & ~TLanes.AreEqual(rounded, RoundTarget<TIn, TOut, TLanes>(target)));
            nonFinite = TLanes.FusedMultiplyAdd(rounded, default, nonFinite);
        }
        sums.Take(TargetSquared, column, targetSquared);
        sums.SetCounter(Asked, column, asked);
        sums.SetCounter(Survived, column, survived);
        sums.SetCounter(NonFinite, column, nonFinite);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void TakeTerm<TLanes, TTerm>(
        nint column, TLanes squared, TLanes fromSquared, TLanes fromDistance, TLanes minusSquared, TLanes minusDistance, FusedSums sums)
        where TLanes : struct, ILanes<TLanes>
        where TTerm : struct, IFusedTermKind
    {
        sums.Take(Squared, column, squared);
        if (!TTerm.HasMinus)
            return;
        sums.Take(FromSquared, column, fromSquared);
        sums.Take(FromDistance, column, fromDistance);
        sums.Take(MinusSquared, column, minusSquared);
        sums.Take(MinusDistance, column, minusDistance);
    }

    /// <summary>sum + x², rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes Square<TLanes>(TLanes x, TLanes sum)
        where TLanes : struct, ILanes<TLanes> => TLanes.FusedMultiplyAdd(x, x, sum);

    /// <summary>What the target alone would be written as; a finite value of the output's format is itself.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLanes RoundTarget<TIn, TOut, TLanes>(TLanes target)
        where TIn : struct, IFloatFormat
        where TOut : struct, IFloatFormat
        where TLanes : struct, ILanes<TLanes> =>
        typeof(TIn) == typeof(TOut) || typeof(TOut) == typeof(SingleFormat) ? target : TOut.Round(target);
}

/// <summary>Whether terms have a second operand, known to the compiler.</summary>
internal interface IFusedTermKind
{
    /// <summary>Whether they have.</summary>
    static abstract bool HasMinus { get; }
}

/// <summary>Terms <c>f·(a − b)</c>.</summary>
internal readonly struct FusedPair : IFusedTermKind
{
    /// <inheritdoc/>
    public static bool HasMinus => true;
}

/// <summary>Terms <c>f·a</c>.</summary>
internal readonly struct FusedVector : IFusedTermKind
{
    /// <inheritdoc/>
    public static bool HasMinus => false;
}

/// <summary>float32 scratch of a merge of several terms, aligned for the widest register: each access that straddles two cache lines would count double.</summary>
internal readonly unsafe ref struct FusedScratch
{
    /// <summary>Elements in each of the two parts.</summary>
    private const int Elements = 4 * FusedSums.RunElements;

    private const int Alignment = 64;

    /// <summary>Number of floats to make it of.</summary>
    public const int Floats = (2 * Elements) + (Alignment / sizeof(float));

    /// <param name="stack"><see cref="Floats"/> on the stack, which do not move.</param>
    public FusedScratch(Span<float> stack)
    {
        var address = (nuint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(stack));
        var skipped = (int)((Alignment - (address % Alignment)) % Alignment) / sizeof(float);
        Accumulator = stack.Slice(skipped, Elements);
        Change = stack.Slice(skipped + Elements, Elements);
    }

    /// <summary>What the terms are added to.</summary>
    public Span<float> Accumulator { get; }

    /// <summary>The sum of the terms alone.</summary>
    public Span<float> Change { get; }
}
