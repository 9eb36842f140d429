using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Embedded;

/// <summary>The coded errors of asking the embedded engine for what its model cannot do.</summary>
internal static class EngineDiagnostics
{
    public static Diagnostic AnswerLongerThanModel(int maxTokens, int maxLength) => Diagnostic.Error(
        "TA4190", $"a benchmark asks for answers of up to {maxTokens} tokens, but the model sees {maxLength} in all, so no room is left for the question. Lower it with --gen-kwargs max_gen_toks=N.");

    public static Diagnostic ContinuationLongerThanModel(int tokens, int maxLength) => Diagnostic.Error(
        "TA4191", $"a continuation of {tokens} tokens is to be scored, but the model sees {maxLength}. Use a model with a longer context.");

    public static Diagnostic NoPrefixToken() => Diagnostic.Error(
        "TA4192", "a text without context is to be scored, but the model has neither a begin- nor an end-of-sequence token to put before it. Name one in tokenizer_config.json.");
}
