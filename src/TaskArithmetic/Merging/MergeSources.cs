using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Recipes;

namespace TaskArithmetic.Merging;

/// <summary>A recipe with all its checkpoints open.</summary>
internal sealed class MergeSources : IDisposable
{
    private MergeSources(Recipe recipe, Checkpoint target, IReadOnlyList<TermSource> terms, IReadOnlyList<Diagnostic> findings)
    {
        Findings = findings;
        Recipe = recipe;
        Target = target;
        Terms = terms;
    }

    public Recipe Recipe { get; }

    public Checkpoint Target { get; }

    /// <summary>The terms, in the recipe's order.</summary>
    public IReadOnlyList<TermSource> Terms { get; }

    /// <summary>What names had to be made to fit, or do not fit.</summary>
    public IReadOnlyList<Diagnostic> Findings { get; }

    /// <summary>Every open checkpoint, the target first.</summary>
    public IEnumerable<Checkpoint> Checkpoints => Terms.SelectMany(t => t.Checkpoints).Prepend(Target);

    /// <summary>Opens everything the recipe names; the problems of all of it are reported together.</summary>
    /// <param name="recipe">What to open.</param>
    /// <param name="alsoWrong">Findings that do not need open files; they are thrown along when some cannot be opened.</param>
    public static MergeSources Open(Recipe recipe, params IEnumerable<Diagnostic> alsoWrong)
    {
        var findings = new List<Diagnostic>();
        var opened = new List<Checkpoint>();
        var target = TryOpen(recipe.Base);
        var terms = recipe.Terms
            .Select((term, i) => (Term: term, Index: i, From: TryOpen(term.Path), Minus: term.Minus is { } minus ? TryOpen(minus) : null))
            .ToList();
        if (findings.Count > 0)
        {
            opened.ForEach(c => c.Dispose());
            throw new DiagnosticException([.. findings, .. alsoWrong]);
        }
        var unwrapped = WrapperNames.Drop([.. opened.Distinct()]);
        findings.AddRange(unwrapped.Values.Where(u => u.Dropped.Count > 0).Select(u => MergeDiagnostics.WrapperNamesDropped(u.Unwrapped.Path, u.Dropped)).Distinct());
        var named = unwrapped[target!].Unwrapped;
        return new MergeSources(recipe, named, [.. terms.Select(t => new TermSource(t.Index, t.Term, Fit(t.From!), t.Minus is null ? null : Fit(t.Minus)))], findings);

        Checkpoint Fit(Checkpoint donor)
        {
            var fitting = unwrapped[donor].Unwrapped;
            if (NamePrefix.Between(fitting, named) is not { } prefix)
                return fitting;
            if (MergeDiagnostics.NamesArePrefixed(fitting.Path, prefix) is var finding && !findings.Contains(finding))
                findings.Add(finding);
            return prefix.Apply(fitting);
        }

        Checkpoint? TryOpen(string path)
        {
            try
            {
                var checkpoint = Checkpoint.Open(path);
                opened.Add(checkpoint);
                return checkpoint;
            }
            catch (DiagnosticException e)
            {
                findings.AddRange(e.Diagnostics.Except(findings));
                return null;
            }
        }
    }

    public void Dispose()
    {
        foreach (var checkpoint in Checkpoints)
            checkpoint.Dispose();
    }
}
