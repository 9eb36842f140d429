using System.Runtime.InteropServices;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Gguf.Format;
using TaskArithmetic.Gguf.Native;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>What stands in the files, byte by byte.</summary>
[TestClass]
[RequiresShared("models")]
public sealed class FormatTests
{
    private static readonly string Stories = SharedData.Exists("models") ? SharedData.PathOf("models", "stories260K") : "";

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow("f32", 0u, 0u)]
    [DataRow("bf16", 30u, 32u)]
    [DataRow("f16", 1u, 1u)]
    [DataRow("q8_0", 8u, 7u)]
    public void A_file_has_its_keys_and_all_tensors_one_after_another(string quantization, uint type, uint fileType)
    {
        var file = new GgufFile(Exported.File(folder, Stories, quantization));

        Assert.AreEqual(("GGUF", 3u), (file.Magic, file.Version));
        foreach (var (key, value) in new Dictionary<string, object>
        {
            ["general.architecture"] = "llama",
            ["general.name"] = "stories260K",
            ["general.file_type"] = fileType,
            ["llama.block_count"] = 5u,
            ["llama.context_length"] = 512u,
            ["llama.embedding_length"] = 64u,
            ["llama.feed_forward_length"] = 172u,
            ["llama.attention.head_count"] = 8u,
            ["llama.attention.head_count_kv"] = 4u,
            ["llama.attention.layer_norm_rms_epsilon"] = 1e-5f,
            ["llama.rope.dimension_count"] = 8u,
            ["llama.rope.freq_base"] = 10000f,
            ["tokenizer.ggml.model"] = "llama",
            ["tokenizer.ggml.bos_token_id"] = 1u,
            ["tokenizer.ggml.eos_token_id"] = 2u,
            ["tokenizer.ggml.unknown_token_id"] = 0u,
            ["tokenizer.ggml.add_bos_token"] = true,
            ["tokenizer.ggml.add_space_prefix"] = true,
        })
            Assert.AreEqual(value, file.Keys[key], key);
        var end = 0L;
        foreach (var (name, (extents, stored, offset)) in file.Tensors)
        {
            Assert.AreEqual(end, offset, name);
            Assert.AreEqual(extents.Length == 1 ? 0u : type == 8 && extents[0] == 172 ? 1u : type, stored, name);
            end += (GgufFile.BytesOf(extents, stored) + 31) / 32 * 32;
        }
        Assert.AreEqual(file.Length, file.Data + end);
        // The tied head is left out.
        Assert.HasCount((9 * 5) + 2, file.Tensors);
    }

    [TestMethod]
    public void Rows_of_queries_and_keys_stand_in_pairs_and_all_else_as_it_was()
    {
        var file = new GgufFile(Exported.File(folder, Stories, "f32"));
        using var model = Checkpoint.Open(Stories);

        var stored = Floats(model, "model.layers.2.self_attn.k_proj.weight");
        var written = MemoryMarshal.Cast<byte, float>(file.BytesOf("blk.2.attn_k.weight"));
        for (var row = 0; row < 32; row++)
        {
            var (head, place) = (row / 8, row % 8);
            CollectionAssert.AreEqual(stored[(64 * ((8 * head) + (4 * (place % 2)) + (place / 2)))..][..64].ToArray(), written.Slice(64 * row, 64).ToArray());
        }
        CollectionAssert.AreEqual(Floats(model, "model.layers.2.self_attn.v_proj.weight"), MemoryMarshal.Cast<byte, float>(file.BytesOf("blk.2.attn_v.weight")).ToArray());
        CollectionAssert.AreEqual(Floats(model, "model.norm.weight"), MemoryMarshal.Cast<byte, float>(file.BytesOf("output_norm.weight")).ToArray());
    }

    [TestMethod]
    public async Task Our_8_bit_blocks_have_the_bits_of_llama_cpps_quantizer()
    {
        var own = new GgufFile(Exported.File(folder, Stories, "q8_0"));
        var from = Exported.File(folder, SharedData.PathOf("models", "tiny-reasoner", "base"), "f32");
        var to = folder["theirs.gguf"];
        (await NativeQuantizer.LoadAsync(null, CancellationToken.None)).Quantize("", from, to, GgufQuantization.Find("q8_0")!, 2);
        var ours = new GgufFile(Exported.File(folder, SharedData.PathOf("models", "tiny-reasoner", "base"), "q8_0"));

        var theirs = new GgufFile(to);
        CollectionAssert.AreEquivalent(theirs.Tensors.Keys, ours.Tensors.Keys);
        foreach (var (name, (_, type, _)) in ours.Tensors)
        {
            Assert.AreEqual(theirs.Tensors[name].Type, type, name);
            Assert.IsTrue(ours.BytesOf(name).SequenceEqual(theirs.BytesOf(name)), name);
        }
        Assert.IsNotEmpty(own.Tensors);
    }

    [TestMethod]
    public void Odd_blocks_have_the_bits_of_llama_cpps_reference_too()
    {
        var random = new Random(3);
        foreach (var scale in (float[])[0, 1e-38f, 1e-30f, 1e-7f, 1, 3e4f])
        {
            var weights = Enumerable.Range(0, 32 * 64).Select(i => (float)(scale * ((random.NextDouble() * 2) - 1))).ToArray();
            // Halves between two steps, and a block of one value.
            weights[0] = 127 * scale;
            for (var i = 1; i < 32; i++)
                weights[i] = (i - 16.5f) * scale;
            weights.AsSpan(32, 32).Fill(scale);
            var (ours, theirs) = (new byte[34 * 64], new byte[34 * 64]);

            Q8Zero.Quantize(weights, ours);
            Reference(weights, theirs);

            CollectionAssert.AreEqual(theirs, ours, $"scale {scale}");
        }
    }

    [TestMethod]
    public void The_same_model_gives_the_same_bytes()
    {
        foreach (var quantization in (string[])["q8_0", "q4_k_m"])
        {
            var digests = new HashSet<string>();
            foreach (var threads in (int[])[1, 2, 5])
            {
                var file = folder[$"{threads}.gguf"];
                GgufExport.RunAsync(new GgufExportOptions { Model = Stories, Output = file, Quantization = quantization, Threads = threads }).GetAwaiter().GetResult();
                digests.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file))));
            }
            Assert.HasCount(1, digests, quantization);
        }
    }

    private static float[] Floats(Checkpoint model, string name)
    {
        var bytes = new byte[model.Tensors[name].Info.ByteLength];
        model.Tensors[name].Read(0, bytes);
        return MemoryMarshal.Cast<byte, float>(bytes).ToArray();
    }

    /// <summary>llama.cpp's function in the library that its quantizer calls.</summary>
    private static unsafe void Reference(float[] weights, byte[] blocks)
    {
        var location = Sources.NativePackages.NativePackageClient.At().Find(LlamaCppPackage.Current())!;
        var quantize = (delegate* unmanaged[Cdecl]<float*, byte*, long, void>)NativeLibrary.GetExport(NativeLibrary.Load(Path.Combine(location.Folder, LlamaCppPackage.FileName("ggml-base"))), "quantize_row_q8_0_ref");
        fixed (float* from = weights)
        fixed (byte* to = blocks)
            quantize(from, to, weights.Length);
    }
}
