using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;
using TaskArithmetic.Torch.Tests;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
[RequiresShared("models/stories260K")]
public sealed class GenerationTests
{
    private static readonly GenerationSettings Sampled = new() { MaxNewTokens = 24, Temperature = 0.9, TopP = 0.9, Seed = 7, EndOfSequenceIds = [] };

    [TestMethod]
    public void A_sampled_row_depends_on_seed_and_stream_but_not_on_its_batch()
    {
        using var model = Load();
        GenerationPrompt[] prompts = [new([1, 403, 407], 1), new([1], 2), new([1], 3), new([1, 291, 280, 294], 4)];

        var single = model.Generate(prompts, Sampled with { BatchSize = 1 });
        var together = model.Generate(prompts, Sampled with { BatchSize = 4 });
        var otherSeed = model.Generate(prompts, Sampled with { Seed = 8 });

        for (var row = 0; row < prompts.Length; row++)
            Assert.AreEqual(string.Join(',', single[row].Ids), string.Join(',', together[row].Ids));
        Assert.AreNotEqual(string.Join(',', single[1].Ids), string.Join(',', single[2].Ids), "streams differ");
        Assert.AreNotEqual(string.Join(',', single[1].Ids), string.Join(',', otherSeed[1].Ids), "seeds differ");
    }

    [TestMethod]
    public void Sampling_with_a_tiny_nucleus_or_top_1_is_greedy()
    {
        using var model = Load();
        var greedy = model.Generate([new([1])], Sampled with { Temperature = 0 })[0];

        Assert.AreEqual(string.Join(',', greedy.Ids), string.Join(',', model.Generate([new([1])], Sampled with { TopP = 1e-9 })[0].Ids));
        Assert.AreEqual(string.Join(',', greedy.Ids), string.Join(',', model.Generate([new([1])], Sampled with { TopK = 1 })[0].Ids));
    }

    [TestMethod]
    public void Samples_follow_the_models_probabilities()
    {
        using var model = Load();
        int[] prompt = [1, 291, 280, 294];
        var prompts = Enumerable.Range(0, 4000).Select(stream => new GenerationPrompt(prompt, stream)).ToList();

        var answers = model.Generate(prompts, new GenerationSettings { MaxNewTokens = 1, Temperature = 1, EndOfSequenceIds = [], BatchSize = 500 });

        var frequencies = answers.CountBy(answer => answer.Ids[0]).ToDictionary();
        var expected = Probabilities(model, prompt);
        for (var token = 0; token < expected.Length; token++)
        {
            // Five standard deviations of a count of 4000 draws.
            var limit = 5 * Math.Sqrt(4000 * expected[token]) + 5;
            Assert.AreEqual(4000 * expected[token], frequencies.GetValueOrDefault(token), limit, $"token {token}");
        }
    }

    [TestMethod]
    public void The_repetition_penalty_counts_tokens_of_the_prompt_and_of_the_answer()
    {
        using var model = Load();
        var prompt = new List<int> { 1, 403, 407, 261 };
        var settings = new GenerationSettings { MaxNewTokens = 30, RepetitionPenalty = 1.5, EndOfSequenceIds = [] };

        var answer = model.Generate([new(prompt)], settings)[0].Ids;

        var tokens = new List<int>(prompt);
        foreach (var id in answer)
        {
            var logits = model.Logits(tokens);
            var row = Enumerable.Range(0, logits.GetLength(1)).Select(token => logits[tokens.Count - 1, token]).ToArray();
            foreach (var seen in tokens.Distinct())
                row[seen] = row[seen] < 0 ? row[seen] * 1.5f : row[seen] / 1.5f;
            Assert.AreEqual(Array.IndexOf(row, row.Max()), id);
            tokens.Add(id);
        }
    }

    [TestMethod]
    public void A_stop_condition_ends_its_row_only_and_sees_all_new_tokens()
    {
        using var model = Load();
        var answers = model.Generate(
            [new([1]), new([1, 403])], new GenerationSettings { MaxNewTokens = 20, EndOfSequenceIds = [] }, (row, ids) => row == 1 && ids.Count == 3);

        Assert.AreEqual((20, GenerationEnding.Length), (answers[0].Ids.Count, answers[0].Ending));
        Assert.AreEqual((3, GenerationEnding.StopCondition), (answers[1].Ids.Count, answers[1].Ending));
    }

    [TestMethod]
    public void Every_answer_is_told_once_when_it_ends()
    {
        using var model = Load();
        var told = new List<int>();
        GenerationPrompt[] prompts = [new([1]), new([1, 403]), new([1, 291, 280])];

        var answers = model.Generate(
            prompts, new GenerationSettings { MaxNewTokens = 9, EndOfSequenceIds = [], BatchSize = 3 },
            (row, ids) => ids.Count == 9 - 3 * row, (row, answer) => told.Add(row));

        Assert.AreEqual("2,1,0", string.Join(',', told));
        Assert.AreEqual("9,6,3", string.Join(',', answers.Select(answer => answer.Ids.Count)));
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Rows_that_end_make_room_for_the_next_prompt_and_no_answer_changes(bool libtorch)
    {
        using var model = Load();
        model.UsesLibtorch = libtorch;
        var random = new Random(5);
        var prompts = Enumerable.Range(0, 40).Select(row => new GenerationPrompt([1, .. Enumerable.Range(0, random.Next(40)).Select(_ => random.Next(3, 512))], row)).ToList();
        // Mostly short answers, some of one token, a few as long as is allowed.
        var lengths = prompts.ConvertAll(_ => (int)Math.Min(60, 1 + 70 * Math.Pow(random.NextDouble(), 3)));
        var settings = new GenerationSettings { MaxNewTokens = 60, EndOfSequenceIds = [] };
        bool Stop(int row, IReadOnlyList<int> ids) => ids.Count == lengths[row];
        var alone = prompts.Select((prompt, row) => model.Generate([prompt], settings, (_, ids) => Stop(row, ids))[0]).ToList();
        var before = model.Steps;
        var told = new List<int>();

        var together = model.Generate(prompts, settings with { BatchSize = 4 }, Stop, (row, _) => told.Add(row));

        for (var row = 0; row < prompts.Count; row++)
        {
            Assert.AreEqual(string.Join(',', alone[row].Ids), string.Join(',', together[row].Ids), $"row {row}");
            Assert.AreEqual((lengths[row], alone[row].Ending), (together[row].Ids.Count, together[row].Ending));
            Assert.AreEqual(alone[row].MinimumMargin, together[row].MinimumMargin, libtorch ? 1e-3f : 0, "kernels give the same bits");
        }
        Assert.IsTrue(told.Order().SequenceEqual(Enumerable.Range(0, prompts.Count)), "each is told once");
        // The first token of an answer comes from reading the prompt. Four rows at work: a quarter, and what the last rows take alone.
        var least = (lengths.Sum(length => length - 1) + 3) / 4;
        Assert.IsGreaterThan(prompts.Max(prompt => prompt.Ids.Count) + 60, least, "so many that the cache's slots are used again");
        Assert.IsInRange(least, least + 60, (int)(model.Steps - before));
        var batches = prompts.Index().OrderByDescending(one => one.Item.Ids.Count).Chunk(4).Sum(batch => batch.Max(one => lengths[one.Index] - 1));
        Assert.IsLessThan(0.75 * batches, model.Steps - before, "batches that wait for their longest row take more");
    }

    [TestMethod]
    [DataRow(false, DType.F32)]
    [DataRow(true, DType.F32)]
    [DataRow(false, DType.BF16)]
    public void Odd_requests_are_answered_as_any_other(bool libtorch, DType dtype)
    {
        using var model = CausalLanguageModel.Load(SharedData.PathOf("models", "stories260K"), LoadedLibtorch.Instance, dtype);
        model.UsesLibtorch = libtorch;
        var settings = new GenerationSettings { MaxNewTokens = 12, EndOfSequenceIds = [] };
        var random = new Random(3);
        var beyond = new GenerationPrompt([1, .. Enumerable.Range(0, model.Configuration.MaxPositionEmbeddings + 20).Select(_ => random.Next(3, 512))]);
        List<GenerationPrompt> prompts = [.. Enumerable.Repeat(new GenerationPrompt([1, 403, 291]), 5), beyond, .. Enumerable.Repeat(new GenerationPrompt([1]), 5)];
        var alone = prompts.ConvertAll(prompt => string.Join(',', model.Generate([prompt], settings)[0].Ids));

        foreach (var batch in (int[])[1, 3, 1000])
            CollectionAssert.AreEqual(alone, model.Generate(prompts, settings with { BatchSize = batch }).Select(answer => string.Join(',', answer.Ids)).ToList(), $"{batch}");
        Assert.IsEmpty(model.Generate([], settings));
        var first = prompts.ConvertAll(prompt => model.Generate([prompt], settings with { MaxNewTokens = 1 })[0].Ids[0]);
        foreach (var answer in model.Generate(prompts, settings with { EndOfSequenceIds = [.. first], BatchSize = 2 }))
            Assert.AreEqual((1, GenerationEnding.EndOfSequence), (answer.Ids.Count, answer.Ending));
    }

    [TestMethod]
    public void A_token_outside_the_vocabulary_and_an_empty_prompt_are_refused_together()
    {
        using var model = Load();
        var exception = Assert.ThrowsExactly<DiagnosticException>(() => model.Generate([new([1, 512]), new([])], new GenerationSettings()));

        Assert.AreEqual("TA2220 TA2221", string.Join(' ', exception.Diagnostics.Select(diagnostic => diagnostic.Code)));
        StringAssert.Contains(exception.Message, "512");
    }

    [TestMethod]
    public void A_cancelled_generation_stops_between_tokens()
    {
        using var model = Load();
        using var source = new CancellationTokenSource();
        var tokens = 0;

        Assert.ThrowsExactly<OperationCanceledException>(() => model.Generate(
            [new([1])], new GenerationSettings { EndOfSequenceIds = [] },
            (_, ids) =>
            {
                tokens = ids.Count;
                if (tokens == 5)
                    source.Cancel();
                return false;
            },
            cancellationToken: source.Token));

        Assert.AreEqual(5, tokens);
    }

    private static double[] Probabilities(CausalLanguageModel model, int[] prompt)
    {
        var logits = model.Logits(prompt);
        var weights = Enumerable.Range(0, logits.GetLength(1)).Select(token => Math.Exp(logits[prompt.Length - 1, token])).ToArray();
        return [.. weights.Select(weight => weight / weights.Sum())];
    }

    private static CausalLanguageModel Load() =>
        CausalLanguageModel.Load(SharedData.PathOf("models", "stories260K"), LoadedLibtorch.Instance, DType.F32);
}
