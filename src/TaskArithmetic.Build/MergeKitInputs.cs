using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Build;

/// <summary>
/// The models that a configuration of mergekit names: words of it that are paths. Words are enough: one too many costs nothing, and
/// the worker reads the file properly.
/// </summary>
internal static class MergeKitInputs
{
    private const long LargestFile = 4 << 20;
    private static readonly Regex Word = new(@"[^\s""',\[\]{}#<>|*?]{1,400}", RegexOptions.CultureInvariant);

    /// <summary>The configuration and every file of the models in it.</summary>
    /// <param name="file">The configuration's full path.</param>
    /// <param name="projectDirectory">Where paths in it start.</param>
    public static IEnumerable<string> Of(string file, string projectDirectory)
    {
        var info = new FileInfo(file);
        if (!info.Exists || info.Length is 0 or > LargestFile)
            return [file];
        var named = Word.Matches(File.ReadAllText(file)).Cast<Match>()
            .Select(m => m.Value.TrimEnd(':'))
            .SelectMany(word => word.Split('+').Prepend(word))
            .Where(word => word.IndexOfAny(['/', '.', '\\']) >= 0 || word.Length > 2)
            .Distinct()
            .Where(word => Exists(word, projectDirectory));
        return named.SelectMany(word => ModelReference.Parse(word, projectDirectory).Files()).Prepend(file).Distinct();
    }

    private static bool Exists(string word, string projectDirectory)
    {
        if (word.IndexOfAny(Path.GetInvalidPathChars()) >= 0 || word.Trim('.', '/', '\\').Length == 0)
            return false;
        var path = Path.Combine(projectDirectory, word);
        return File.Exists(path) || Directory.Exists(path);
    }
}
