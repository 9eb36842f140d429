using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.LanguageModels;
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
