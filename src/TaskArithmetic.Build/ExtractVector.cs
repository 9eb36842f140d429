using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>Extracts one vector file in a worker process.</summary>
[MSBuildMultiThreadableTask]
public sealed class ExtractVector : WorkerTask
{
    /// <summary>The vector file. A large vector becomes several files and an index, named after it.</summary>
    [Required]
    public string File { get; set; } = "";

    /// <inheritdoc/>
    protected override string Verb => "extract";

    /// <inheritdoc/>
    protected override IEnumerable<string> MadePaths
    {
        get
        {
            var part = new Regex($@"^{Regex.Escape(Path.GetFileNameWithoutExtension(File))}((-[0-9a-f]{{16}})?-\d{{5}}-of-\d{{5}})?\.safetensors(\.index\.json)?$", RegexOptions.CultureInvariant);
            return Directory.EnumerateFiles(Path.GetDirectoryName(File)!).Where(file => part.IsMatch(Path.GetFileName(file)));
        }
    }
}
