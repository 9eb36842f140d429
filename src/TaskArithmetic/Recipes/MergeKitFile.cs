using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;

namespace TaskArithmetic.Recipes;

/// <summary>A mergekit configuration file: one merge, or several where some are inputs of others.</summary>
/// <param name="Documents">The merges, each after those whose results it uses.</param>
/// <param name="Warnings">What is remarkable about the file.</param>
internal sealed record MergeKitFile(IReadOnlyList<MergeKitDocument> Documents, IReadOnlyList<Diagnostic> Warnings)
{
    /// <summary>Largest file that is read, in bytes. Real ones have a few hundred.</summary>
    private const long Most = 4L << 20;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file; paths in it are relative to the working folder, as for mergekit.</param>
    /// <param name="methods">The methods that it may name.</param>
    /// <exception cref="DiagnosticException">Everything that is wrong with it, with line and key; TA2080 where it cannot be read.</exception>
    public static MergeKitFile Read(string path, MergeMethods methods)
    {
        try
        {
            return Parse(path, RegularFile.ReadText(path, Most), methods);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(MergeKitDiagnostics.Unreadable(path, 1, e.Message), e);
        }
    }

    /// <summary>Reads the text of a file.</summary>
    /// <param name="path">Its path, for messages.</param>
    /// <param name="text">Its text.</param>
    /// <param name="methods">The methods that it may name.</param>
    /// <exception cref="DiagnosticException">Everything that is wrong with it, with line and key.</exception>
    public static MergeKitFile Parse(string path, string text, MergeMethods methods)
    {
        var findings = new List<Diagnostic>();
        var roots = MergeKitYaml.Read(path, text, findings);
        if (roots.Count == 0 && findings.Count == 0)
            findings.Add(MergeKitDiagnostics.Unreadable(path, 1, "it is empty"));
        var documents = roots
            .Select(root => MergeKitReader.Read(new MergeKitPlace(path, "", root.Line, root, findings), methods))
            .OfType<MergeKitDocument>()
            .ToList();
        var names = documents.Select(d => d.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
        foreach (var document in documents)
            CheckTokenizerSource(document, names, path, findings);
        var ordered = findings.Any(IsError) || documents.Count == 0 ? documents : InOrder(documents, path, findings);
        return findings.Any(IsError) ? throw new DiagnosticException([.. findings.Distinct()]) : new MergeKitFile(ordered, [.. findings.Distinct()]);
    }

    /// <summary>A source that is no model is a mistyped word.</summary>
    private static void CheckTokenizerSource(MergeKitDocument document, HashSet<string> names, string path, List<Diagnostic> findings)
    {
        if (document.Recipe.Tokenizer?.Source is not { } source || RecipeTokenizer.Words.Contains(source) || names.Contains(source) || Directory.Exists(source))
            return;
        var models = document.Recipe.Slices?.SelectMany(s => s.Inputs).Concat(document.Recipe.Inputs) ?? document.Recipe.Inputs;
        var known = RecipeTokenizer.Words.Concat(models.Select(i => i.Path)).Distinct().ToList();
        if (!known.Contains(source))
        {
            var where = document.Where(new RecipePlace(Parameter: document.Places.ContainsKey(new RecipePlace(Parameter: "tokenizer")) ? "tokenizer" : "tokenizer_source"));
            findings.Add(MergeKitDiagnostics.BadTokenizer(where, path, $"there is no model '{Printable.Start(source)}' to take the tokenizer from. {(NearestName.Find(source, known) is { } nearest ? $"Did you mean '{nearest}'? " : "")}Write base, union, or a model's folder"));
        }
    }

    /// <summary>Puts what is used before what uses it.</summary>
    private static List<MergeKitDocument> InOrder(List<MergeKitDocument> documents, string path, List<Diagnostic> findings)
    {
        foreach (var again in documents.GroupBy(d => d.Name).Where(g => g.Count() > 1))
        {
            findings.Add(MergeKitDiagnostics.BadDocuments(again.Last().Where(default), path, again.Key is { } name
                ? $"two documents have the name '{name}'. Give each its own"
                : "more than one document has no name. Give all but the last merge a name"));
        }
        if (findings.Any(IsError))
            return documents;
        var ordered = new List<MergeKitDocument>();
        var left = Used(documents, path, findings);
        while (left.Count > 0 && findings.All(f => !IsError(f)))
        {
            var names = left.Select(d => d.Name).OfType<string>().ToHashSet(StringComparer.Ordinal);
            var ready = left.Where(d => !d.Models.Any(names.Contains)).ToList();
            if (ready.Count == 0)
                findings.Add(MergeKitDiagnostics.BadDocuments(left[0].Where(default), path, $"{Listing.Of([.. left.Select(d => d.Name ?? "the last merge")])} use each other's results in a circle. Take one use away"));
            ordered.AddRange(ready);
            left = [.. left.Except(ready)];
        }
        return ordered;
    }

    /// <summary>The merge that the file is about, which is the one without a name, else the last, and those that it uses.</summary>
    private static List<MergeKitDocument> Used(List<MergeKitDocument> documents, string path, List<Diagnostic> findings)
    {
        var result = documents.Find(d => d.Name is null) ?? documents[^1];
        var used = new List<MergeKitDocument> { result };
        for (var i = 0; i < used.Count; i++)
            used.AddRange(documents.Where(d => d.Name is not null && used[i].Models.Contains(d.Name) && !used.Contains(d)));
        findings.AddRange(documents.Except(used).Select(d => MergeKitDiagnostics.DocumentUnused(d.Where(default), path, d.Name!)));
        return [.. documents.Where(used.Contains).OrderBy(d => d == result)];
    }

    private static bool IsError(Diagnostic finding) => finding.Severity == DiagnosticSeverity.Error;
}
