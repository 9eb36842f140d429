using System.CommandLine;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Methods;
using TaskArithmetic.Outputs;
using TaskArithmetic.Planning;
using TaskArithmetic.Recipes;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>recipe</c>: a recipe in another form, or what it does to a tensor.</summary>
internal static class RecipeCommand
{
    private static readonly string[] Forms = ["json", "yaml", "items"];

    public static Command Create(MergeMethods methods)
    {
        var file = new Argument<string?>("file") { Description = "JSON of a recipe, taskarithmetic.json of a merged model, mergekit's YAML, or the response file (.merge.rsp) of a build.", Arity = ArgumentArity.ZeroOrOne };
        var form = CommonOptions.OptionalChoice("--to", "Form to write: JSON, mergekit's YAML, or items of a project.", Forms);
        var output = new Option<string?>("--output") { HelpName = "FILE", Description = "File to write; standard output without." };
        var explain = new Option<string?>("--explain") { HelpName = "TENSOR", Description = "Say what the recipe does to this tensor." };
        var schema = new Option<bool>("--schema") { Description = "Print the JSON Schema of recipes, with the methods of all assemblies." };
        var command = new Verb("recipe", "Converts a recipe between JSON, mergekit's YAML and items, or explains it.")
        {
            Examples =
            [
                "recipe config.yml --to items",
                "recipe recipe.json --to yaml --output again.yml",
                "recipe recipe.json --explain model.norm.weight",
            ],
            Arguments = { file },
            Options = { form, output, explain, schema, CommonOptions.MethodAssembly(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.Validators.Add(call =>
        {
            if (call.GetValue(file) is null == !call.GetValue(schema))
                call.AddError(call.GetValue(schema) ? "--schema takes no file" : "the argument <file> is missing");
            if (call.GetValue(explain) is not null && (call.GetValue(form) is not null || call.GetValue(output) is not null))
                call.AddError("--explain writes nothing: leave --to and --output out");
        });
        command.SetAction((parsed, _) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                if (parsed.GetValue(schema))
                    Give(terminal, RecipeSchema.Write(methods), "json", parsed.GetValue(output), null);
                else if (parsed.GetValue(explain) is { } tensor)
                    Explain(terminal, Read(parsed.GetValue(file)!, methods), tensor, methods);
                else
                    Convert(parsed.GetValue(file)!);
                return ExitCode.Done;
            });

            void Convert(string path)
            {
                var to = parsed.GetValue(form) ?? Other(path);
                Give(terminal, RecipeCommand.Convert(Read(path, methods), to, methods), to, parsed.GetValue(output), path);
            }
        });
        return command;
    }

    private static bool IsYaml(string path) => Path.GetExtension(path).ToLowerInvariant() is ".yml" or ".yaml";

    private static string Other(string path) => IsYaml(path) ? "json" : "yaml";

    private static RecipeSource Read(string given, MergeMethods methods)
    {
        var path = Path.GetExtension(given).Equals(".rsp", StringComparison.OrdinalIgnoreCase) ? OfBuild(given) : given;
        if (IsYaml(path))
        {
            var documents = MergeKitFile.Read(path, methods).Documents;
            return documents.Count == 1 ? new RecipeSource(documents[0].Recipe, null, documents[0].Placed) : throw ToolDiagnostics.SeveralMerges("recipe", documents.Count);
        }
        return new RecipeSource(RecipeJson.Read(path, methods), null, finding => finding);
    }

    /// <summary>The recipe that a build wrote beside its response file, or the file of mergekit that it names.</summary>
    private static string OfBuild(string responseFile)
    {
        try
        {
            var arguments = RegularFile.ReadText(responseFile, RecipeJson.Largest).ReplaceLineEndings("\n").Split('\n').Select(l => l.Trim()).ToList();
            var at = arguments.FindIndex(a => a is "--recipe" or "--mergekit");
            return at >= 0 && at + 1 < arguments.Count ? arguments[at + 1].Trim('"') : throw new DiagnosticException(ToolDiagnostics.Usage("recipe", $"'{responseFile}' names no recipe", responseFile));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(ToolDiagnostics.ResponseFileUnreadable(responseFile, e.Message), e);
        }
    }

    private static string Convert(RecipeSource source, string form, MergeMethods methods) => form switch
    {
        "yaml" => MergeKitWriter.Write(source.Recipe, methods),
        "items" => ItemsWriter.Write(source.Recipe),
        _ => RecipeJson.Write(source.Recipe),
    };

    /// <summary>What a file of a form must hold for another of that form to take its place.</summary>
    private static bool IsOfForm(string text, string form) => form switch
    {
        "yaml" => text.Contains("merge_method", StringComparison.Ordinal),
        // What was written here, not a project around it.
        "items" => text.StartsWith("<Project>", StringComparison.Ordinal) && text.Contains("<ReasoningVector", StringComparison.Ordinal),
        // A model's record has a recipe inside.
        _ => text.Contains(RecipeJson.Form, StringComparison.Ordinal) && !text.Contains("\"outputs\"", StringComparison.Ordinal),
    };

    private static void Give(ToolTerminal terminal, string text, string form, string? output, string? input)
    {
        if (output is null)
        {
            terminal.Result(new { text, output }, () =>
            {
                foreach (var line in text.TrimEnd('\n').Split('\n'))
                    terminal.Line(line);
            });
            return;
        }
        var path = Path.GetFullPath(output);
        try
        {
            if (input is not null && RealPath.Of(input) == RealPath.Of(path))
                throw new DiagnosticException(OutputDiagnostics.OutputOverlapsInput(output, input));
            new DocumentFile(path, "the recipe", [], former => IsOfForm(former, form)).Write(System.Text.Encoding.UTF8.GetBytes(text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(ToolDiagnostics.Usage("recipe", $"'{output}' cannot be written: {e.Message}", output), e);
        }
        terminal.Result(new { text, output = path }, () => terminal.Line($"recipe -> {path}"));
    }

    private static void Explain(ToolTerminal terminal, RecipeSource source, string tensor, MergeMethods methods)
    {
        var lines = source.Run(() => TensorExplanation.Of(source.Recipe, tensor, methods, LinearAlgebra.Deferred(terminal.Log)));
        terminal.Result(new { lines }, () =>
        {
            foreach (var line in lines)
                terminal.Line(line);
        });
    }
}
