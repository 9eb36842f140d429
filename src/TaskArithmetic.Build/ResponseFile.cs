using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;

namespace TaskArithmetic.Build;

/// <summary>
/// Everything that decides a result, as the tool's own response file: one argument a line, input files as comments.
/// It is also the build's record of item metadata: it is rewritten only when it differs, so its time stamp makes a
/// target run again exactly when a recipe, its list of input files or the tool is another.
/// </summary>
internal sealed class ResponseFile
{
    private readonly List<string> lines = [];

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

    public ResponseFile Inputs(IEnumerable<string> files) => files.Aggregate(this, (file, input) => file.Comment($"input {input}"));

    /// <summary>Whether the file on disk says something else, or nothing.</summary>
    public bool Differs(string path) => !File.Exists(path) || File.ReadAllText(path) != Text;

    public void Write(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, Text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    private string Text => string.Concat(lines.Select(line => line + "\n"));
}
