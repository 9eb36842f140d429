using TaskArithmetic.Tool.CommandLine;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool;

/// <summary><c>dotnet taskarithmetic</c>, and the worker process that builds start.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        ParentProcess.EndWithIt();
        var output = Console.Out;
        Console.SetOut(new PrintableWriter(output));
        try
        {
            return await Invocation.RunAsync(args);
        }
        finally
        {
            Console.SetOut(output);
        }
    }
}
