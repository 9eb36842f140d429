using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;

namespace TaskArithmetic.Build;

/// <summary>The files of a model folder.</summary>
internal static class ModelFiles
{
    /// <summary>Full paths in ordinal order; none where there is no folder.</summary>
    public static IEnumerable<string> In(string folder) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).OrderBy(file => file, StringComparer.Ordinal)
        : [];
}
