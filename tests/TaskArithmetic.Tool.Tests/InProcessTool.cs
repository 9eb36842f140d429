using System.Reflection;

namespace TaskArithmetic.Tool.Tests;

/// <summary>The tool's own entry point in this process, for thousands of calls; tests that use it must run alone, since it has the console.</summary>
internal static class InProcessTool
{
    private static readonly MethodInfo Main = Assembly.LoadFrom(ToolFolder.Library("TaskArithmetic.Tool")).EntryPoint!;

    /// <summary>What a call answers; an exception that leaves the entry point is thrown on.</summary>
    public static ToolResult Run(params string[] arguments)
    {
        var (output, error) = (Console.Out, Console.Error);
        using var said = new StringWriter();
        using var complained = new StringWriter();
        Console.SetOut(said);
        Console.SetError(complained);
        try
        {
            var exitCode = (int)Main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null)!;
            return new ToolResult(exitCode, said.ToString(), complained.ToString());
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(error);
        }
    }
}
