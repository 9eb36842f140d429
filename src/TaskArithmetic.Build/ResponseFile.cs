using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TaskArithmetic.Build;

/// <summary>
/// Everything that decides a result, as the tool's own response file: one argument a line, input files with their stamps as
/// comments. It is rewritten only when it differs, so a target runs again exactly when a recipe, an input file or the tool is another.
/// </summary>
internal sealed class ResponseFile
{
    private readonly List<string> lines = [];
    private string recipeFile = "";
    private string recipe = "";

    public ResponseFile Comment(string text)
    {
        lines.Add($"# {text}");
        return this;
    }

    /// <summary>Adds an option with its value; an empty value leaves the tool's default.</summary>
    public ResponseFile Option(string name, string value)
    {
        if (value.Length > 0)
        {
            lines.Add(name);
            lines.Add($"\"{value}\"");
        }
        return this;
    }

    /// <summary>Adds an argument without a name.</summary>
    public ResponseFile Argument(string value)
    {
        lines.Add($"\"{value}\"");
        return this;
    }

    public ResponseFile Flag(string name, bool set)
    {
        if (set)
            lines.Add(name);
        return this;
    }

    /// <summary>The recipe, which is written beside this file and repeated in it: another recipe is another response file.</summary>
    public ResponseFile Recipe(string path, string text)
    {
        (recipeFile, recipe) = (path, text);
        foreach (var line in text.Split('\n'))
            Comment($"recipe {line}");
        return Option("--recipe", path);
    }

    /// <summary>Files whose change must start the worker, each with what the file system says of it.</summary>
    public ResponseFile Inputs(IEnumerable<string> files) => files.Aggregate(this, (file, input) => file.Comment($"input {FileStamp.Of(input)} {input}"));

    /// <summary>The tool; another one makes results anew.</summary>
    public ResponseFile Tool(string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        return Comment($"tool {path}").Inputs(Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "TaskArithmetic*.dll").OrderBy(file => file, StringComparer.Ordinal) : []);
    }

    /// <summary>The value of an option in a written response file, or null.</summary>
    public static string? ValueOf(string path, string option) => File.Exists(path)
        ? File.ReadLines(path).SkipWhile(line => line != option).Skip(1).FirstOrDefault()?.Trim('"')
        : null;

    /// <summary>Whether the file on disk says something else, or nothing.</summary>
    public bool Differs(string path) => !File.Exists(path) || File.ReadAllText(path) != Text
        || (recipeFile.Length > 0 && (!File.Exists(recipeFile) || File.ReadAllText(recipeFile) != recipe));

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        if (recipeFile.Length > 0)
            File.WriteAllText(recipeFile, recipe, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        File.WriteAllText(path, Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private string Text => string.Concat(lines.Select(line => line + "\n"));
}
