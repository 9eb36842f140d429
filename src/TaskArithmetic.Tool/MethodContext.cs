using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace TaskArithmetic.Tool;

/// <summary>
/// Where an assembly with merge methods from outside lives: its own libraries come from its folder; ours are ours, so that its methods are what
/// we call methods.
/// </summary>
internal sealed class MethodContext(string path) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(path))
{
    private readonly AssemblyDependencyResolver resolver = new(path);

    /// <summary>The assembly from outside in whose code an exception arose; null for our own.</summary>
    public static string? Culprit(Exception cause) => new StackTrace(cause).GetFrames()
        .Select(f => f.GetMethod()?.Module.Assembly)
        .FirstOrDefault(a => a is not null && GetLoadContext(a) is MethodContext)?.Location;

    protected override Assembly? Load(AssemblyName assemblyName) =>
        Default.Assemblies.Any(a => a.GetName().Name == assemblyName.Name) || resolver.ResolveAssemblyToPath(assemblyName) is not { } file
            ? null
            : LoadFromAssemblyPath(file);
}
