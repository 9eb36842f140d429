using TaskArithmetic.Diagnostics;
using TaskArithmetic.Inputs;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Layouts;

/// <summary>
/// Where each model gets the row of each token, as mergekit 0.1.5 has it: its own where it knows the token, unless a source is forced on
/// it; else what the recipe says of the token; else the row of the only model that knows it, the base's, or the mean of those that do.
/// </summary>
/// <param name="tokenizer">What the recipe says.</param>
/// <param name="models">The merged models.</param>
/// <param name="baseModel">Which of them is the base, whose rows go before a mean; null for none.</param>
/// <param name="findings">Receives what is wrong.</param>
internal sealed class TokenSources(RecipeTokenizer tokenizer, IReadOnlyList<VocabularyModel> models, int? baseModel, List<Diagnostic> findings)
{
    private readonly Dictionary<string, Row?> said = new(StringComparer.Ordinal);

    /// <summary>The map of one model.</summary>
    /// <param name="model">Its number.</param>
    /// <param name="tokens">Id of every token of the output.</param>
    /// <param name="count">Rows of the output; those without a token are filled.</param>
    public RowMap MapOf(int model, IReadOnlyDictionary<string, long> tokens, int count)
    {
        var (from, rows) = (new int[count], new int[count]);
        Array.Fill(from, RowMap.Filler);
        var means = new Dictionary<int, IReadOnlyList<(int Model, int Row)>>();
        foreach (var (token, id) in tokens)
        {
            var row = RowFor(model, token);
            (from[id], rows[id]) = (row.Model, row.Number);
            if (row.MeanOf is { } parts)
                means[(int)id] = parts;
        }
        return new RowMap(from, rows, means);
    }

    private Row RowFor(int model, string token)
    {
        var source = tokenizer.Tokens.GetValueOrDefault(token);
        if (source is not { Force: true } && models[model].RowOf(token) is { } own)
            return new Row(model, own);
        if (models[model].IsVector)
            return Nothing;
        return (source is not null ? Said(token, source) : null) ?? Usual(token);
    }

    private static readonly Row Nothing = new(RowMap.Zero, 0);

    private Row Usual(string token)
    {
        var knowing = models.Select((m, i) => (Model: i, Row: m.IsVector ? null : m.RowOf(token))).Where(m => m.Row is not null).Select(m => (m.Model, Row: m.Row!.Value)).ToList();
        if (knowing.Count == 0)
            return Nothing;
        if (knowing.Count == 1)
            return new Row(knowing[0].Model, knowing[0].Row);
        return baseModel is { } number && models[number].RowOf(token) is { } row ? new Row(number, row) : new Row(RowMap.Mean, 0, knowing);
    }

    /// <summary>The row that the recipe names for a token; null where there is none, which findings then say once.</summary>
    private Row? Said(string token, TokenSource source)
    {
        if (!said.TryGetValue(token, out var row))
            said[token] = row = Find(token, source);
        return row;
    }

    private Row? Find(string token, TokenSource source)
    {
        if (source.Zero || source.Model is null)
            return Nothing;
        var item = $"tokenizer.tokens.{token}";
        var model = models.Select((m, i) => (m, i)).Where(m => m.m.Name == source.Model || m.m.Checkpoint.Path == source.Model).Select(m => (int?)m.i).FirstOrDefault();
        if (model is not { } number)
        {
            findings.Add(LayoutDiagnostics.TokenSourceUnknown(token, source.Model, item));
            return null;
        }
        var named = source.Token ?? token;
        var row = source.TokenId is { } id ? (id < models[number].Rows ? id : null) : models[number].RowOf(named);
        if (row is not null)
            return new Row(number, row.Value);
        findings.Add(LayoutDiagnostics.TokenNowhere(source.TokenId is { } missing ? $"id {missing}" : named, source.Model, item));
        return null;
    }

    /// <summary>One row: a model's, or one of the constants of <see cref="RowMap"/>.</summary>
    private sealed record Row(int Model, int Number, IReadOnlyList<(int Model, int Row)>? MeanOf = null);
}
