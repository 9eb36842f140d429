using System.Collections.Generic;
using System.Linq;
using Microsoft.Build.Framework;

namespace TaskArithmetic.Build;

/// <summary>What besides its own item decides a model.</summary>
internal sealed class MergeSurroundings(ITaskItem[] vectors, ITaskItem[] parameters, IReadOnlyList<string> methodAssemblies, string projectFile, string toolPath)
{
    /// <summary>All vectors, in the order they are added.</summary>
    public IReadOnlyList<ITaskItem> Vectors => vectors;

    /// <summary>Full paths of assemblies with further methods.</summary>
    public IReadOnlyList<string> MethodAssemblies => methodAssemblies;

    /// <summary>The user's project file.</summary>
    public string ProjectFile => projectFile;

    /// <summary>The tool's assembly.</summary>
    public string ToolPath => toolPath;

    /// <summary>Parameters that are given for all models, then those for one, by key.</summary>
    public IEnumerable<KeyValuePair<string, string>> ParametersOf(string model) => parameters
        .Select(p => (Item: p, Models: MergeRequest.ModelsOf(p)))
        .Where(p => p.Models.Count == 0 || p.Models.Contains(model))
        .OrderBy(p => p.Models.Count > 0)
        .Select(p => new KeyValuePair<string, string>(MethodParameters.KeyOf(p.Item.ItemSpec), JsonText.Value(p.Item.GetMetadata("Value"))));
}
