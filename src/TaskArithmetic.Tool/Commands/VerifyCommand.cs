using System.CommandLine;
using TaskArithmetic.Merging;
using TaskArithmetic.Methods;
using TaskArithmetic.Provenance;
using TaskArithmetic.Tool.Terminal;

namespace TaskArithmetic.Tool.Commands;

/// <summary><c>verify</c>: a merged model against its own record.</summary>
internal static class VerifyCommand
{
    public static Command Create(MergeMethods methods)
    {
        var folder = new Argument<string>("model") { Description = "Folder that merge or a build wrote." };
        var rebuild = new Option<bool>("--rebuild") { Description = "Also merge the recorded recipe again and compare all bytes; run it in the folder where the merge ran." };
        var (threads, cacheDirectory) = (CommonOptions.Threads(), CommonOptions.CacheDirectory());
        var command = new Verb("verify", $"Holds a model folder against its {ProvenanceFile.FileName}. Exit code 1 if a file differs.")
        {
            Examples = ["verify out/model", "verify out/model --rebuild"],
            Arguments = { folder },
            Options = { rebuild, CommonOptions.MethodAssembly(), threads, cacheDirectory, ModelReferences.Offline(), CommonOptions.Json(), CommonOptions.Origin() },
        };
        command.SetAction((parsed, cancellationToken) =>
        {
            var terminal = parsed.Terminal();
            return terminal.RunAsync(() =>
            {
                var path = parsed.GetValue(folder)!;
                var rebuilt = parsed.GetValue(rebuild);
                var recorded = rebuilt ? ProvenanceFile.TryRead(path, out _)?.Recipe.AllNames ?? [] : [];
                var names = ModelReferences.Resolve(recorded, parsed, terminal, cancellationToken).Names;
                var files = rebuilt
                    ? terminal.Track("rebuild", Amount.Bytes, (starting, progress) => ProvenanceVerification.Rebuild(
                        path, new MergeOptions { Threads = parsed.GetValue(threads), CacheDirectory = parsed.GetValue(cacheDirectory), Methods = methods, LinearAlgebra = LinearAlgebra.Deferred(terminal.Log), Names = names, Starting = starting, Progress = progress }, cancellationToken))
                    : ProvenanceVerification.Verify(path);
                terminal.Result(new { files, rebuilt }, () => terminal.Line($"{files} files are what {(rebuilt ? "the recipe gives again" : "was written")}"));
                return ExitCode.Done;
            });
        });
        return command;
    }
}
