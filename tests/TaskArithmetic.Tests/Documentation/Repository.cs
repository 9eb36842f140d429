using TaskArithmetic.TestSupport;

namespace TaskArithmetic.Tests.Documentation;

/// <summary>The files of this repository that tests hold against each other.</summary>
internal static class Repository
{
    public static string PathOf(params string[] parts) =>
        Path.Combine([RepositoryRoot.Path ?? throw new DirectoryNotFoundException("The repository is absent; mark the test with RequiresRepository."), .. parts]);

    /// <summary>README.md and every page under docs/.</summary>
    public static IEnumerable<string> Pages() =>
        Directory.EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Prepend(PathOf("README.md"));

    /// <summary>Source files that match one of the patterns, without what builds leave in obj and bin.</summary>
    public static IEnumerable<string> Sources(params string[] patterns) => patterns
        .SelectMany(pattern => Directory.EnumerateFiles(PathOf("src"), pattern, SearchOption.AllDirectories))
        .Where(file => !file.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));
}
