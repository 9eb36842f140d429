using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace TaskArithmetic.Methods;

/// <summary>The methods that recipes can name.</summary>
public sealed class MergeMethods
{
    private readonly IReadOnlyDictionary<string, IMergeMethod> byName;

    private MergeMethods(IEnumerable<IMergeMethod> methods) => byName = methods.ToDictionary(m => m.Schema.Name, StringComparer.Ordinal);

    /// <summary>Every method of this assembly: a class that implements <see cref="IMergeMethod"/> is in it by existing.</summary>
    public static MergeMethods BuiltIn { get; } = new(In(typeof(IMergeMethod).Assembly));

    /// <summary>All methods, by name.</summary>
    public IEnumerable<IMergeMethod> All => byName.Values.OrderBy(m => m.Schema.Name, StringComparer.Ordinal);

    /// <summary>These methods and those of another assembly.</summary>
    /// <exception cref="ArgumentException">A name stands for two methods.</exception>
    public MergeMethods With(Assembly assembly) => With(In(assembly));

    /// <summary>These methods and further ones.</summary>
    /// <exception cref="ArgumentException">A name stands for two methods.</exception>
    internal MergeMethods With(IEnumerable<IMergeMethod> methods) => new(byName.Values.Concat(methods));

    /// <summary>The method of this name.</summary>
    public bool TryFind(string name, [NotNullWhen(true)] out IMergeMethod? method) => byName.TryGetValue(name, out method);

    /// <summary>The methods of an assembly.</summary>
    internal static IEnumerable<IMergeMethod> In(Assembly assembly) =>
        assembly.GetTypes()
            .Where(t => t is { IsAbstract: false, IsClass: true } && typeof(IMergeMethod).IsAssignableFrom(t))
            .Select(t => (IMergeMethod)Activator.CreateInstance(t)!);
}
