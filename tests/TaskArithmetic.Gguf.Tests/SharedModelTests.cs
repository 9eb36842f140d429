using System.Text.Json;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Merging;
using TaskArithmetic.Provenance;
using TaskArithmetic.Recipes;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Text.Tokenizers;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.Gguf.Tests;

/// <summary>llama.cpp on our files against our own engine on the folders that they were made of.</summary>
[TestClass]
[RequiresShared("models")]
public sealed class SharedModelTests
{
    /// <summary>Distances of the two highest logits below which two engines that round differently may choose differently.</summary>
    private const float Float32Noise = 1e-3f;

    private const float BFloat16Noise = 0.1f;

    private readonly TemporaryFolder folder = new();

    [TestCleanup]
    public void CleanUp() => folder.Dispose();

    [TestMethod]
    [DataRow("stories260K", "Once upon a time", "f32")]
    [DataRow("stories260K", "Lily and Ben went to the", "bf16")]
    [DataRow("stories260K-variants/bf16-3-shards", "Once upon a time", "bf16")]
    [DataRow("stories260K-variants/f16-untied", "Lily and Ben went to the", "f16")]
    [DataRow("stories260K-variants/qwen2-random-bias", "Once upon a time", "f32")]
    [DataRow("stories260K-variants/qwen2-random-bias", "Lily and Ben went to the", "bf16")]
    [DataRow("stories260K-variants/qwen3-random-qknorm", "Once upon a time", "f32")]
    [DataRow("stories260K-variants/qwen3-random-qknorm", "Lily and Ben went to the", "bf16")]
    [DataRow("babyllama105", "Once upon a time", "f32")]
    [DataRow("tiny-reasoner/grpo", "Question: Mia has 3 cups. Mia buys 4 more cups. How many cups does Mia have now?\nAnswer:", "f32")]
    [DataRow("tiny-reasoner/target", "<|im_start|>user\nTom has 12 eggs and finds 5 more.<|im_end|>\n<|im_start|>assistant\n", "bf16")]
    public void Llama_cpp_continues_as_our_engine_does(string model, string prompt, string quantization)
    {
        var path = SharedData.PathOf(["models", .. model.Split('/')]);
        using var engine = CausalLanguageModel.Load(path, LoadedLibtorch.Instance, DType.F32);
        var ids = HuggingFaceTokenizer.Load(path).Encode(prompt, addSpecialTokens: true);
        var ours = engine.Generate([new GenerationPrompt(ids)], new GenerationSettings { MaxNewTokens = 64 })[0];

        using var llama = new LlamaCpp(Exported.File(folder, path, quantization));
        var theirs = llama.Greedy(ids, 64, engine.Configuration.EndOfSequenceIds);

        CollectionAssert.AreEqual(ids, llama.Tokens(prompt, addSpecial: true));
        RequireSame(ours.Ids, theirs, quantization == "f32" ? Float32Noise : BFloat16Noise);
    }

    [TestMethod]
    [DataRow("stories260K", "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends. One day, she saw a big red ball.")]
    [DataRow("stories260K-variants/qwen2-random-bias", "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends. One day, she saw a big red ball.")]
    [DataRow("stories260K-variants/qwen3-random-qknorm", "Once upon a time, there was a little girl named Lily. She loved to play outside in the park with her friends. One day, she saw a big red ball.")]
    [DataRow("tiny-reasoner/sft", "Question: Mia has 3 cups. Mia buys 4 more cups. How many cups does Mia have now?\nAnswer: 3 + 4 = 7.\n#### 7<|endoftext|>")]
    public void Perplexity_in_8_bits_is_within_one_percent_of_float32_and_that_is_our_engines(string model, string text)
    {
        var path = SharedData.PathOf(["models", .. model.Split('/')]);
        var ids = HuggingFaceTokenizer.Load(path).Encode(text, addSpecialTokens: true);
        using var engine = CausalLanguageModel.Load(path, LoadedLibtorch.Instance, DType.F32);
        var ours = Math.Exp(-engine.Score([new ScoredSequence(ids[..1], ids[1..])])[0].Sum / (ids.Length - 1));

        using var full = new LlamaCpp(Exported.File(folder, path, "f32"));
        using var quantized = new LlamaCpp(Exported.File(folder, path, "q8_0"));

        var (exact, rounded) = (full.Perplexity(ids), quantized.Perplexity(ids));
        Console.WriteLine($"ours {ours:0.0000}, f32 {exact:0.0000}, q8_0 {rounded:0.0000}");
        Assert.AreEqual(1, exact / ours, 1e-4);
        Assert.AreEqual(1, rounded / exact, 0.01);
    }

    [TestMethod]
    [RequiresShared(SmolLM2.SharedPath)]
    public void A_real_instruct_model_answers_in_bf16_and_in_4_bits()
    {
        using var golden = JsonDocument.Parse(File.ReadAllBytes(SharedData.PathOf(SmolLM2.SharedPath, "golden.json")));
        using var exact = new LlamaCpp(Exported.File(folder, SmolLM2.Folder, "bf16"));
        using var small = new LlamaCpp(Exported.File(folder, SmolLM2.Folder, "q4_k_m"));
        foreach (var one in golden.RootElement.GetProperty("cases").EnumerateArray().Take(3))
        {
            int[] prompt = [.. one.GetProperty("prompt_ids").EnumerateArray().Select(id => id.GetInt32())];
            int[] expected = [.. one.GetProperty("greedy_ids").EnumerateArray().Select(id => id.GetInt32())];
            RequireSame(expected, exact.Greedy(prompt, expected.Length, [2]), BFloat16Noise);
            var (theirs, ours) = (small.Perplexity([.. prompt, .. expected]), exact.Perplexity([.. prompt, .. expected]));
            Console.WriteLine($"perplexity bf16 {ours:0.000}, q4_k_m {theirs:0.000}");
            Assert.AreEqual(1, theirs / ours, 0.15);
        }
    }

    [TestMethod]
    public void A_merged_models_file_tells_which_recipe_made_it()
    {
        using var cache = new TemporaryFolder();
        var recipe = new Recipe { Base = Reasoner("target"), Inputs = [new RecipeInput(Reasoner("grpo")) { Minus = Reasoner("sft") }] };
        ModelMerge.Run(recipe, folder["model"], new MergeOptions { CacheDirectory = cache.Path }, CancellationToken.None);

        var keys = new GgufFile(Exported.File(folder, folder["model"], "q8_0")).Keys;

        Assert.AreEqual(64, ((string)keys["taskarithmetic.recipe.sha256"]).Length);
        Assert.AreEqual(ProvenanceFile.Read(folder["model"]).Key, keys["taskarithmetic.weights.key"]);
        Assert.AreEqual("qwen2", keys["tokenizer.ggml.pre"]);
        StringAssert.Contains((string)keys["tokenizer.chat_template"], "<|im_start|>");
        Assert.AreEqual((508u, 506u), (keys["tokenizer.ggml.eos_token_id"], keys["tokenizer.ggml.eot_token_id"]));

        static string Reasoner(string name) => SharedData.PathOf("models", "tiny-reasoner", name);
    }

    /// <summary>The same tokens, or another only where the two highest logits were nearer to each other than the engines' noise.</summary>
    private static void RequireSame(IReadOnlyList<int> ours, (int[] Ids, float[] Margins) theirs, float noise)
    {
        var same = ours.Zip(theirs.Ids).TakeWhile(pair => pair.First == pair.Second).Count();
        if (same == ours.Count && same == theirs.Ids.Length)
            return;
        Assert.IsLessThan(Math.Min(ours.Count, theirs.Ids.Length), same);
        Assert.IsLessThan(noise, theirs.Margins[same], $"token {same} is {theirs.Ids[same]} instead of {ours[same]}");
        Console.WriteLine($"near tie at token {same}: {ours[same]} or {theirs.Ids[same]}, {theirs.Margins[same]} apart");
    }
}
