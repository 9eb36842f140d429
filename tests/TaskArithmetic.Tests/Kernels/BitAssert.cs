namespace TaskArithmetic.Tests.Kernels;

/// <summary>Comparisons of bits that say where the first difference is.</summary>
internal static class BitAssert
{
    /// <summary>Same bits everywhere; any NaN stands for any other, as their payload is the processor's choice.</summary>
    public static void AreEqual(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, string because)
    {
        Assert.AreEqual(expected.Length, actual.Length, because);
        for (var i = 0; i < expected.Length; i++)
        {
            if (float.IsNaN(expected[i]) && float.IsNaN(actual[i]))
                continue;
            if (BitConverter.SingleToUInt32Bits(expected[i]) != BitConverter.SingleToUInt32Bits(actual[i]))
                Assert.Fail($"{because}: element {i} of {expected.Length} is {actual[i]:G9}, expected {expected[i]:G9}.");
        }
    }

    /// <summary>Same bytes everywhere.</summary>
    public static void AreEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string because)
    {
        Assert.AreEqual(expected.Length, actual.Length, because);
        var same = expected.CommonPrefixLength(actual);
        if (same < expected.Length)
            Assert.Fail($"{because}: byte {same} of {expected.Length} is 0x{actual[same]:X2}, expected 0x{expected[same]:X2}.");
    }
}
