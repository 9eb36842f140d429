using CsCheck;

namespace TaskArithmetic.Tests.Kernels;

/// <summary>What the kernel tests feed: float32 of every kind, in lengths that leave every tail.</summary>
internal static class FloatSamples
{
    public static readonly float[] Special =
    [
        0f, -0f, 1f, -1f, float.Epsilon, -float.Epsilon, BitConverter.UInt32BitsToSingle(0x007F_FFFF), 1.17549435e-38f,
        float.MaxValue, float.MinValue, float.PositiveInfinity, float.NegativeInfinity, float.NaN,
        BitConverter.UInt32BitsToSingle(0x7F80_0001), BitConverter.UInt32BitsToSingle(0xFFFF_FFFF),
        BitConverter.UInt32BitsToSingle(0x7FC0_1234), 65504f, 65519.996f, 65520f, 65535f, -65520f, 5.9604645e-8f,
        2.9802322e-8f, 2.9802326e-8f, 6.1035156e-5f, 6.097555e-5f, 3.3895314e38f, 3.3961776e38f,
    ];

    /// <summary>Any bit pattern, special values often, and weights as models have them.</summary>
    public static readonly Gen<float> Any = Gen.Frequency(
        (2, Gen.UInt.Select(BitConverter.UInt32BitsToSingle)),
        (1, Gen.OneOf(Special)),
        (3, Gen.Float[-0.1f, 0.1f]));

    /// <summary>Finite values of moderate size.</summary>
    public static readonly Gen<float> Weight = Gen.Float[-2f, 2f];

    /// <summary>Three spans of one length from 0 to 67: every tail of every width.</summary>
    public static Gen<(float[] First, float[] Second, float[] Third)> Triples(Gen<float> value) =>
        Gen.Int[0, 67].SelectMany(length => Gen.Select(value.Array[length], value.Array[length], value.Array[length]));
}
