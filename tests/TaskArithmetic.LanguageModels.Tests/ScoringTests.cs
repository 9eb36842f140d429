using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.LanguageModels;
using TaskArithmetic.Safetensors;
using TaskArithmetic.TestSupport;

namespace TaskArithmetic.LanguageModels.Tests;

[TestClass]
[RequiresShared("golden/transformers")]
public sealed class ScoringTests
{
    [TestMethod]
    public void Continuations_scored_on_a_shared_context_equal_those_scored_alone_for_every_variant()
    {
        // Contexts of several lengths, four choices each, among them single tokens and one beyond the trained length.
        var random = new Random(11);
        int[] Tokens(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(256))];
        var sequences = ((int[])[1, 6, 20, 31, 45]).Select(Tokens)
            .SelectMany(context => ((int[])[1, 1, 3, 9]).Select(length => new ScoredSequence(context, Tokens(length))))
            .OrderBy(_ => random.Next()).ToList();
        var mismatches = new List<string>();
        foreach (var golden in GoldenModel.All())
        {
            using var disposing = golden;
            using var model = golden.Load();
            var alone = sequences.Select(sequence => model.Score([sequence])[0]).ToList();
            foreach (var tokensPerBatch in (int[])[30, 128, 4096])
            {
                var together = model.Score(sequences, tokensPerBatch);
                for (var i = 0; i < sequences.Count; i++)
                {
                    var worst = alone[i].LogProbabilities.Zip(together[i].LogProbabilities, (a, b) => Math.Abs(a - b)).Max();
                    if (!(worst <= 3e-5) || alone[i].LogProbabilities.Count != sequences[i].Continuation.Count)
                        mismatches.Add($"{golden.Name}, batches of {tokensPerBatch}, sequence {i}: off by {worst}");
                }
            }
        }
        Assert.AreEqual("", string.Join(Environment.NewLine, mismatches));
    }

    [TestMethod]
    public void Equal_contexts_are_read_once()
    {
        int[] context = [5, 6, 7];
        ScoredSequence[] sequences = [new(context, [1]), new([5, 6, 7], [2, 3]), new([9], [4]), new([5, 6, 7], [8, 9, 10])];

        var batches = ScoringPlan.Batches(sequences, 100, _ => true).ToList();

        var shared = batches.Single().Single(plan => plan.Tree.Context.Count == 3);
        Assert.AreEqual("0,1,3", string.Join(',', shared.Sequences));
        Assert.AreEqual(3 + 0 + 1 + 2, shared.Tree.Width);
    }

    [TestMethod]
    public void An_empty_context_or_continuation_is_refused_with_its_number()
    {
        using var golden = GoldenModel.All().First();
        using var model = golden.Load();
        var exception = Assert.ThrowsExactly<DiagnosticException>(() => model.Score([new([1], [2]), new([], [1]), new([1], [])]));

        Assert.AreEqual("TA2221 TA2221", string.Join(' ', exception.Diagnostics.Select(diagnostic => diagnostic.Code)));
        StringAssert.Contains(exception.Message, "Sequence 1");
        StringAssert.Contains(exception.Message, "Sequence 2");
    }
}
