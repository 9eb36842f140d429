using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;

namespace TaskArithmetic.Build;

/// <summary>What an item or its metadata names: a file, a folder, or a reference that the tool resolves (<c>hf:org/name@rev</c>).</summary>
internal sealed class ModelReference
{
    /// <summary>Two letters at least, so that a Windows drive is no scheme.</summary>
    private static readonly Regex Scheme = new("^[A-Za-z][A-Za-z0-9+.-]+:", RegexOptions.CultureInvariant);

    private ModelReference(string text, bool isLocal)
    {
        Text = text;
        IsLocal = isLocal;
    }

    /// <summary>The full path, or the reference as written.</summary>
    public string Text { get; }

    private bool IsLocal { get; }

    /// <summary>Reads a reference; a relative path is relative to the project, as everywhere in MSBuild.</summary>
    public static ModelReference Parse(string text, string projectDirectory) => Scheme.IsMatch(text)
        ? new ModelReference(text, isLocal: false)
        : new ModelReference(FullPath(text, projectDirectory), isLocal: true);

    /// <summary>An absolute path without a separator at its end.</summary>
    public static string FullPath(string path, string projectDirectory)
    {
        var full = Path.GetFullPath(Path.Combine(projectDirectory, path.Replace('\\', Path.DirectorySeparatorChar)));
        return full.Length > Path.GetPathRoot(full)!.Length ? full.TrimEnd(Path.DirectorySeparatorChar) : full;
    }

    /// <summary>
    /// The files whose change must be noticed: of a folder all that lie in it (weights, index, configuration, tokenizer,
    /// licence), of a shard index or a file of a model folder the folder around it. A path that does not exist counts as itself,
    /// so that the tool is started and words the error.
    /// </summary>
    public IEnumerable<string> Files()
    {
        if (!IsLocal)
            return [];
        var folder = Folder();
        return folder is null
            ? [Text]
            : new[] { folder, Path.Combine(folder, "additional_chat_templates") }
                .Where(Directory.Exists)
                .SelectMany(Directory.EnumerateFiles)
                .Where(file => !Path.GetFileName(file).StartsWith(".", StringComparison.Ordinal))
                .OrderBy(file => file, StringComparer.Ordinal);
    }

    private string? Folder()
    {
        if (Directory.Exists(Text))
            return Text;
        var parent = Path.GetDirectoryName(Text);
        // A vector that was too large for one file is still named by that file.
        var isPartOfFolder = Text.EndsWith(".index.json", StringComparison.OrdinalIgnoreCase) || File.Exists(Text + ".index.json") || (parent is not null && File.Exists(Path.Combine(parent, "config.json")));
        return isPartOfFolder && Directory.Exists(parent) ? parent : null;
    }
}
