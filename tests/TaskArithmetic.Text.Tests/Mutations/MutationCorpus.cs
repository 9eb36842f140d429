using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Text.Tests.Mutations;

/// <summary>Inputs that were not handled once.</summary>
internal static class MutationCorpus
{
    /// <summary>Those of one kind, by name.</summary>
    public static IEnumerable<(string Name, byte[] Bytes)> Of(string kind)
    {
        var folder = Path.Combine(RepositoryRoot.Path!, "tests", "TaskArithmetic.Text.Tests", "Mutations", "Corpus", kind);
        return Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(f => (Path.GetFileName(f), File.ReadAllBytes(f)));
    }
}
