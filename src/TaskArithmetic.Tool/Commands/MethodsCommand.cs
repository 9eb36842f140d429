using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Methods;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>methods</c>: what merge methods there are, and what each takes.</summary>
internal static class MethodsCommand
{
    public static Command Create(MergeMethods methods)
    {
        var name = new Argument<string?>("name") { Description = "One method; all without.", Arity = ArgumentArity.ZeroOrOne };
        var markdown = new Option<bool>("--markdown") { Description = "Print the page of the documentation." };
        var command = new Verb("methods", "Lists merge methods, or describes one: formula, source, parameters, ranges.")
        {
            Examples = ["methods", "methods task_arithmetic"],
            Arguments = { name },
            Options = { markdown, CommonOptions.MethodAssembly(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var asked = parsed.GetValue(name);
                var schemas = methods.All.Select(m => m.Schema).Where(s => asked is null || s.Name == asked).ToList();
                if (schemas.Count == 0)
                    throw new DiagnosticException(ParameterDiagnostics.UnknownMethod("methods", asked!, [.. methods.All.Select(m => m.Schema.Name)]));
                terminal.Result(new { methods = schemas.Select(Describe) }, () =>
                {
                    if (parsed.GetValue(markdown))
                        terminal.Line(MethodsPage.Write(methods).TrimEnd());
                    else if (asked is null)
                        Print(terminal, schemas);
                    else
                        Print(terminal, schemas[0]);
                });
                return ExitCode.Done;
            });
        });
        return command;
    }

    private static object Describe(MethodSchema schema) => new
    {
        schema.Name,
        schema.Summary,
        schema.Formula,
        schema.Source,
        schema.Operands,
        schema.Base,
        schema.MinimumInputs,
        schema.MaximumInputs,
        schema.IsRandom,
        parameters = schema.Parameters.Select(p => new
        {
            p.Name,
            p.Scope,
            p.Kind,
            p.Description,
            p.Default,
            p.Required,
            Minimum = double.IsFinite(p.Minimum) ? p.Minimum : (double?)null,
            Maximum = double.IsFinite(p.Maximum) ? p.Maximum : (double?)null,
            p.Exclusive,
            p.Choices,
        }),
    };

    private static void Print(ToolTerminal terminal, IReadOnlyList<MethodSchema> schemas)
    {
        var width = schemas.Max(s => s.Name.Length);
        foreach (var schema in schemas)
            terminal.Line($"{schema.Name.PadRight(width)}  {schema.Summary}");
    }

    private static void Print(ToolTerminal terminal, MethodSchema schema)
    {
        terminal.Line($"{schema.Name}: {schema.Summary}");
        terminal.Line($"formula: {schema.Formula}");
        terminal.Line($"from: {schema.Source}");
        terminal.Line($"inputs: {MethodsPage.InputsOf(schema)} {(schema.Operands == Operands.Models ? "models" : "task vectors")}");
        terminal.Line($"base: {MethodsPage.BaseOf(schema)}");
        foreach (var parameter in schema.Parameters)
        {
            var key = parameter.Scope == ParameterScope.Input ? $"--vector PATH,{parameter.Name}=…" : MethodsPage.OptionOf(parameter);
            terminal.Line($"{key}: {MethodsPage.ValuesOf(parameter)} (default: {MethodsPage.DefaultOf(parameter)})");
            terminal.Line($"  {parameter.Description}");
        }
    }
}
