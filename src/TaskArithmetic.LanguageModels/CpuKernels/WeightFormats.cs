using System.Runtime.CompilerServices;

namespace TaskArithmetic.LanguageModels.CpuKernels;

/// <summary>How a matrix's numbers lie in memory.</summary>
internal unsafe interface IWeightFormat
{
    /// <summary>Width of one weight.</summary>
    static abstract int Bytes { get; }

    /// <summary>Whether a load costs more than one of float32, so that what it gave is kept for the next tile.</summary>
    static abstract bool IsWidened { get; }

    /// <summary>Whether memory delivers the weights; else they are in the nearest cache.</summary>
    static abstract bool IsInMemory { get; }

    /// <summary>Loads a register full of weights as float32.</summary>
    static abstract TVector Load<TVector, TRegisters>(byte* weights)
        where TVector : struct
        where TRegisters : struct, IRegisters<TVector>;

    /// <summary>Loads one weight.</summary>
    static abstract float Load(byte* weight);

    /// <summary>Stores one value, rounded to the nearest, ties to even.</summary>
    static abstract void Store(byte* place, float value);
}

/// <summary>bfloat16, the upper half of a float32.</summary>
internal readonly unsafe struct BFloat16Weights : IWeightFormat
{
    public static int Bytes => sizeof(ushort);

    public static bool IsWidened => true;

    public static bool IsInMemory => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector, TRegisters>(byte* weights)
        where TVector : struct
        where TRegisters : struct, IRegisters<TVector> => TRegisters.LoadBFloat16((ushort*)weights);

    public static float Load(byte* weight) => BitConverter.UInt32BitsToSingle((uint)*(ushort*)weight << 16);

    public static void Store(byte* place, float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        *(ushort*)place = float.IsNaN(value) ? (ushort)0x7FC0 : (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}

/// <summary>float32.</summary>
internal readonly unsafe struct Float32Weights : IWeightFormat
{
    public static int Bytes => sizeof(float);

    public static bool IsWidened => false;

    public static bool IsInMemory => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector, TRegisters>(byte* weights)
        where TVector : struct
        where TRegisters : struct, IRegisters<TVector> => TRegisters.Load((float*)weights);

    public static float Load(byte* weight) => *(float*)weight;

    public static void Store(byte* place, float value) => *(float*)place = value;
}

/// <summary>float32 that the tile before has used.</summary>
internal readonly unsafe struct KeptWeights : IWeightFormat
{
    public static int Bytes => sizeof(float);

    public static bool IsWidened => false;

    public static bool IsInMemory => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load<TVector, TRegisters>(byte* weights)
        where TVector : struct
        where TRegisters : struct, IRegisters<TVector> => TRegisters.Load((float*)weights);

    public static float Load(byte* weight) => *(float*)weight;

    public static void Store(byte* place, float value) => *(float*)place = value;
}
