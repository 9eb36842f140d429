using System.Reflection;
using System.Text.RegularExpressions;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.Commands;

namespace TaskArithmetic.Tool.CommandLine;

/// <summary>
/// Merge methods from outside. They are looked for before a call is parsed, since their parameters are options of it, and loaded like any
/// code that the user runs: with all rights, and with their own libraries beside them.
/// </summary>
internal static partial class MethodAssemblies
{
    /// <summary>All methods that a call may name.</summary>
    /// <exception cref="DiagnosticException">TA2047, TA2048: everything that is wrong with the assemblies.</exception>
    public static MergeMethods Load(IReadOnlyList<string> arguments)
    {
        var (methods, problems) = (MergeMethods.BuiltIn, new List<Diagnostic>());
        foreach (var path in Named(arguments).Distinct(StringComparer.Ordinal))
        {
            var added = Load(path, problems);
            foreach (var method in added)
            {
                try
                {
                    methods = Add(methods, method, path, problems);
                }
                catch (Exception e)
                {
                    problems.Add(ToolDiagnostics.MethodsUnreadable(path, $"the schema of {method.GetType().Name} cannot be read ({e.GetType().Name}: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')})"));
                }
            }
        }
        return problems.Count == 0 ? methods : throw new DiagnosticException(problems);
    }

    private static IEnumerable<string> Named(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count && arguments[i] != "--"; i++)
        {
            if (arguments[i].StartsWith(CommonOptions.MethodAssemblyName + "=", StringComparison.Ordinal))
                yield return arguments[i][(CommonOptions.MethodAssemblyName.Length + 1)..];
            else if (arguments[i] == CommonOptions.MethodAssemblyName)
            {
                // One option may name several.
                while (i + 1 < arguments.Count && !arguments[i + 1].StartsWith('-'))
                    yield return arguments[++i];
            }
        }
    }

    private static List<IMergeMethod> Load(string path, List<Diagnostic> problems)
    {
        try
        {
            var full = Path.GetFullPath(path);
            if (!RegularFile.IsPresent(full))
                throw new FileNotFoundException("there is no such file");
            // A pipe would be waited for, and a device read for ever.
            if (!FileStatus.Of(full).IsRegular)
                throw new UnreadableFileException("it is no file");
            List<IMergeMethod> methods = [.. MergeMethods.In(new MethodContext(full).LoadFromAssemblyPath(full))];
            if (methods.Count == 0)
                problems.Add(ToolDiagnostics.MethodsUnreadable(path, "it has none"));
            return methods;
        }
        catch (Exception e)
        {
            // Code of others fails in ways of its own.
            var cause = e;
            while (cause is TargetInvocationException or TypeInitializationException && cause.InnerException is { } inner)
                cause = inner;
            cause = cause is ReflectionTypeLoadException { LoaderExceptions: [{ } missing, ..] } ? missing : cause;
            problems.Add(ToolDiagnostics.MethodsUnreadable(path, cause.Message.ReplaceLineEndings(" ")));
            return [];
        }
    }

    private static MergeMethods Add(MergeMethods methods, IMergeMethod method, string path, List<Diagnostic> problems)
    {
        var schema = method.Schema;
        string[] reserved = [.. RecipeJsonReader.InputKeys, "alpha"];
        if (!Word().IsMatch(schema.Name))
            problems.Add(ToolDiagnostics.MethodTwice(path, schema.Name, "a name is a small letter, then small letters, digits and underscores"));
        else if (methods.TryFind(schema.Name, out _))
            problems.Add(ToolDiagnostics.MethodTwice(path, schema.Name, "another method has that name"));
        else if (schema.Parameters.FirstOrDefault(p => !Word().IsMatch(p.Name) || (p.Scope == ParameterScope.Input && reserved.Contains(p.Name)) || RecipeOptions.Names.Contains(MethodsPage.OptionOf(p))) is { } taken)
            problems.Add(ToolDiagnostics.MethodTwice(path, schema.Name, $"its parameter '{Printable.Start(taken.Name)}' is no name of small letters, digits and underscores, or is a key or option with a meaning of its own"));
        else if (schema.Parameters.GroupBy(p => p.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            problems.Add(ToolDiagnostics.MethodTwice(path, schema.Name, $"it has two parameters '{twice.Key}'"));
        else
            return methods.With([method]);
        return methods;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
