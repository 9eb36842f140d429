using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Compression;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Safetensors;
using TaskArithmetic.Tests.Checkpoints;
using TaskArithmetic.Tests.Merging;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Mutations;

/// <summary>Damaged compact vectors: each is read or refused with a code. <c>TASKARITHMETIC_MUTATIONS=20000</c> is the long form.</summary>
[TestClass]
public sealed class CompactVectorMutationTests
{
    private const int MostElements = 1 << 22;

    private static readonly string[] Words =
    [
        "\"form\":\"zstd\"", "\"form\":\"sparse\"", "\"form\":\"bitdelta\"", "\"form\":\"lowrank\"", "\"version\":1", "\"version\":2", "\"tensors\":{}", "\"tensors\":null", "\"shape\":[]",
        "\"shape\":[18446744073709551615]", "\"shape\":[9223372036854775808]", "\"shape\":[0,4294967296]", "\"shape\":null", "\"dtype\":null", "\"dtype\":\"F64\"", "\"dtype\":\"I8\"", "null",
        "\"shape\":[0]", "\"shape\":[0,4]", "\"shape\":[18446744073709551615,2]", "\"dtype\":\"U8\"", "\"dtype\":\"U16\"", "\"data_offsets\":[0,8]", ":starts", ":places", ":mask", ":values", ":a", ":b", ":signs", ":means", ":frames", ":ends", "{", "}", ",", "]",
    ];

    private static readonly Lazy<IReadOnlyList<byte[]>> Seeds = new(MakeSeeds);

    /// <summary>Anything of the file: length, header, metadata, payload.</summary>
    [TestMethod]
    public void Every_damaged_file_is_read_or_refused_with_a_code() =>
        new MutationRun("compact vector", Read).Require(new Mutation(Seeds.Value, Words), Mutation.Count(2000));

    /// <summary>What the metadata say of the tensors, in a header that is right.</summary>
    [TestMethod]
    public void Every_damaged_description_is_read_or_refused_with_a_code()
    {
        foreach (var seed in Seeds.Value)
        {
            var (header, payload) = (JsonNode.Parse(Header(seed))!, Payload(seed));
            var metadata = header["__metadata__"]!;
            var description = Encoding.UTF8.GetBytes((string)metadata[CompactHeader.Key]!);
            new MutationRun("compact description", bytes =>
            {
                metadata[CompactHeader.Key] = Encoding.UTF8.GetString(bytes);
                Read(File(Encoding.UTF8.GetBytes(header.ToJsonString()), payload));
            }).Require(new Mutation([description], Words), Mutation.Count(2000) / Seeds.Value.Count);
        }
    }

    /// <summary>The stored parts behind a header that is right: counts, places, bits, frames.</summary>
    [TestMethod]
    public void Every_damaged_part_is_read_or_refused_with_a_code()
    {
        foreach (var seed in Seeds.Value)
        {
            var (header, payload) = (Header(seed), Payload(seed));
            new MutationRun("compact parts", bytes => Read(File(header, [.. bytes.Take(payload.Length), .. new byte[Math.Max(0, payload.Length - bytes.Length)]])))
                .Require(new Mutation([payload]), Mutation.Count(2000) / Seeds.Value.Count);
        }
    }

    /// <summary>Damage that decodes without a stumble would be another vector.</summary>
    [TestMethod]
    [DataRow("few:places", 1, 0xFF, "ascending")]
    [DataRow("few:places", 5, 0, "ascending")]
    [DataRow("m.weight:mask", 0, 0, "fewer")]
    [DataRow("norm:mask", 0, 0xFF, "more")]
    public void Places_and_bits_that_contradict_themselves_are_refused(string part, int at, int value, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder["v.safetensors"];
        var bytes = Seeds.Value[1].ToArray();
        System.IO.File.WriteAllBytes(path, bytes);
        using (var checkpoint = Checkpoint.Open(path))
            bytes[bytes.Length - Payload(bytes).Length + (int)checkpoint.Tensors[part].Info.Begin + at] = (byte)value;

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Read(bytes));

        Assert.AreEqual("TA2122", refusal.Diagnostics.Single().Code);
        Assert.Contains(expected, refusal.Message);
        Assert.Contains(part, refusal.Message);
    }

    /// <summary>2⁶³ elements and more would count as less than none.</summary>
    [TestMethod]
    public void More_elements_than_can_be_counted_are_refused()
    {
        var header = new CompactHeader { Form = "zstd", Tensors = new Dictionary<string, CompactTensor> { ["x"] = new("F32", [ulong.MaxValue]) } };
        var text = $$$"""{"__metadata__":{"{{{CompactHeader.Key}}}":{{{JsonValue.Create(header.Serialize()).ToJsonString()}}}},"x:frames":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"x:ends":{"dtype":"I64","shape":[0],"data_offsets":[0,0]}}""";

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Read(File(Encoding.UTF8.GetBytes(text), [])));

        Assert.AreEqual("TA2122", refusal.Diagnostics.Single().Code);
    }

    /// <summary>Factors of rank 0 take no bytes, whatever they stand for.</summary>
    [TestMethod]
    public void Factors_that_stand_for_more_elements_than_a_model_has_are_refused()
    {
        var header = new CompactHeader { Form = "lowrank", Tensors = new Dictionary<string, CompactTensor> { ["x"] = new("F32", [1UL << 20, 1UL << 20]) } };
        var text = $$$"""{"__metadata__":{"{{{CompactHeader.Key}}}":{{{JsonValue.Create(header.Serialize()).ToJsonString()}}}},"x:a":{"dtype":"F32","shape":[0,1048576],"data_offsets":[0,0]},"x:b":{"dtype":"F32","shape":[1048576,0],"data_offsets":[0,0]}}""";

        var refusal = Assert.ThrowsExactly<DiagnosticException>(() => Read(File(Encoding.UTF8.GetBytes(text), [])));

        Assert.AreEqual("TA2122", refusal.Diagnostics.Single().Code);
        Assert.Contains("1099511627776 elements", refusal.Message);
    }

    private static void Read(byte[] bytes)
    {
        using var folder = new TemporaryFolder();
        System.IO.File.WriteAllBytes(folder["v.safetensors"], bytes);
        using var checkpoint = Checkpoint.Open(folder["v.safetensors"]);
        if (CompactVector.TensorsOf(checkpoint) is not { } tensors)
            return;
        foreach (var tensor in tensors.Values.Where(t => t.DType.IsMergeable()))
        {
            // As much as a chunk of a merge asks for, in runs that begin and end inside of blocks; targets have shapes of their own to hold a claim against.
            var elements = (long)UInt128.Min(MostElements, tensor.Shape.Aggregate((UInt128)1, (product, extent) => product * extent));
            var (values, reader) = (new float[50_000], new TensorReader());
            for (long first = 0; first < elements; first += values.Length)
                tensor.Read(first, values.AsSpan(0, (int)Math.Min(values.Length, elements - first)), reader);
        }
    }

    private static byte[] Header(byte[] file) => file[8..(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))];

    private static byte[] Payload(byte[] file) => file[(8 + (int)BinaryPrimitives.ReadInt64LittleEndian(file))..];

    private static byte[] File(byte[] header, byte[] payload)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        return [.. length, .. header, .. payload];
    }

    /// <summary>A vector in every form, with tensors of several blocks, of few and of many zeros.</summary>
    private static IReadOnlyList<byte[]> MakeSeeds()
    {
        using var scene = new MergeScene();
        float[] sparse = new float[70_000];
        for (var i = 0; i < sparse.Length; i += 991)
            sparse[i] = i + 1;
        var few = TestTensor.Of("few", DType.F32, [70, 1000], sparse);
        var matrix = TestTensor.Random("m.weight", DType.F32, 1, 0.1f, 8, 12);
        var norm = TestTensor.Vector("norm", DType.BF16, 1, 0, 2);
        var large = scene["v.safetensors"];
        ModelFolder.WriteFile(large, few, matrix, norm);
        var small = scene["w.safetensors"];
        ModelFolder.WriteFile(small, matrix, norm);
        var seeds = new List<byte[]> { LowRank(scene) };
        foreach (var (form, vector) in new[] { (CompactForm.Sparse, large), (CompactForm.Zstd, large), (CompactForm.BitDelta, small), (CompactForm.Zstd, small), (CompactForm.Sparse, small) })
        {
            var output = scene[$"c{seeds.Count}.safetensors"];
            VectorCompression.Run(vector, output, new CompressOptions { Form = form }, null, CancellationToken.None);
            seeds.Add(System.IO.File.ReadAllBytes(output));
        }
        return seeds;
    }

    /// <summary>By hand, since no decomposition is at hand here.</summary>
    private static byte[] LowRank(MergeScene scene)
    {
        var path = scene["l.safetensors"];
        ModelFolder.WriteFile(path, TestTensor.Random("m.weight:a", DType.F32, 3, 0.1f, 2, 12), TestTensor.Random("m.weight:b", DType.F32, 4, 0.1f, 8, 2));
        var file = System.IO.File.ReadAllBytes(path);
        var text = Encoding.UTF8.GetString(Header(file)).TrimEnd();
        var compact = new CompactHeader { Form = "lowrank", Tensors = new Dictionary<string, CompactTensor> { ["m.weight"] = new("F32", [8, 12]) } }.Serialize();
        var metadata = $"\"__metadata__\":{{\"{CompactHeader.Key}\":{System.Text.Json.JsonSerializer.Serialize(compact)}}},";
        var start = text.StartsWith("{\"__metadata__\"", StringComparison.Ordinal) ? "{" + metadata + text[(text.IndexOf("},", StringComparison.Ordinal) + 2)..] : "{" + metadata + text[1..];
        return File(Encoding.UTF8.GetBytes(start), Payload(file));
    }
}
