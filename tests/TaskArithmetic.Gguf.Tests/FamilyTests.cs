using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.LanguageModels.Tests;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>Logits of llama.cpp on float32 files against our engine's, over all that a configuration can ask for.</summary>
[TestClass]
public sealed class FamilyTests
{
    private const double Tolerance = 2e-4;

    /// <summary>llama.cpp looks gelu up in a table of float16.</summary>
    private const double GemmaTolerance = 2e-2;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [RequiresShared("golden/transformers")]
    [DataRow("llama-bias")]
    [DataRow("llama-dynamic")]
    [DataRow("llama-gqa")]
    [DataRow("llama-headdim")]
    [DataRow("llama-linear")]
    [DataRow("llama-plain")]
    [DataRow("llama3-rope")]
    [DataRow("mistral-null")]
    [DataRow("mistral-sliding")]
    [DataRow("qwen2-sliding")]
    [DataRow("qwen2-sliding-alt")]
    [DataRow("qwen2-tied")]
    [DataRow("qwen2-untied-mqa")]
    [DataRow("qwen2-yarn")]
    [DataRow("qwen3")]
    [DataRow("smollm2-like")]
    public void Logits_equal_our_engines_up_to_the_context_that_the_file_names(string name)
    {
        var model = SharedData.PathOf("golden", "transformers", name);
        using var engine = CausalLanguageModel.Load(model, LoadedLibtorch.Instance, DType.F32);
        Compare(model, engine);
    }

    [TestMethod]
    [DataRow("gemma3")]
    [DataRow("gemma3, few keys")]
    [DataRow("phi3")]
    [DataRow("phi3, few keys")]
    [DataRow("phi3, long")]
    public void Logits_of_Gemma_3_and_Phi_3_equal_our_engines(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        if (variant == "gemma3")
            checkpoint.Config["query_pre_attn_scalar"] = 16;
        checkpoint.WriteConfig();
        using var engine = checkpoint.Load();
        Compare(checkpoint.Path, engine);
    }

    [TestMethod]
    public void A_context_with_more_room_than_Phi_3s_texts_may_take_does_not_lengthen_its_rope()
    {
        using var checkpoint = new TinyCheckpoint("phi3, long");
        checkpoint.Config["sliding_window"] = 20;
        checkpoint.WriteConfig();
        using var engine = checkpoint.Load();
        Compare(checkpoint.Path, engine);
    }

    [TestMethod]
    [RequiresShared("golden/transformers")]
    [DataRow("llama-yarn")]
    [DataRow("qwen3-tied-bias")]
    public void A_rope_or_a_bias_that_llama_cpp_would_leave_out_is_refused(string name) => Refused(SharedData.PathOf("golden", "transformers", name));

    [TestMethod]
    [DataRow("gemma3")]
    [DataRow("gemma3, new spelling")]
    [DataRow("phi3, long, new spelling")]
    public void What_llama_cpp_does_not_compute_is_refused(string variant)
    {
        using var checkpoint = new TinyCheckpoint(variant);
        Refused(checkpoint.Path);
    }

    private void Refused(string model)
    {
        var refused = Assert.ThrowsExactly<DiagnosticException>(() => Exported.File(folder, model, "f32", withoutVocabulary: true));

        Assert.Contains("TA5207", refused.Diagnostics.Select(d => d.Code));
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    private void Compare(string model, CausalLanguageModel engine)
    {
        using var llama = new LlamaCpp(Exported.File(folder, model, "f32", withoutVocabulary: true));
        var length = Math.Min(48, int.Parse(llama.Metadata.First(p => p.Key.EndsWith(".context_length", StringComparison.Ordinal)).Value));
        var random = new Random(1);
        int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next(engine.Configuration.VocabularySize))];

        var theirs = llama.Logits(ids);

        var ours = engine.Logits(ids);
        var worst = 0.0;
        for (var position = 0; position < length; position++)
        {
            for (var id = 0; id < theirs[position].Length; id++)
                worst = Math.Max(worst, Math.Abs(theirs[position][id] - ours[position, id]));
        }
        Console.WriteLine($"{length} tokens, largest difference {worst:g3}");
        Assert.IsLessThan(engine.Configuration.Family == ModelFamily.Gemma3 ? GemmaTolerance : Tolerance, worst);
    }
}
