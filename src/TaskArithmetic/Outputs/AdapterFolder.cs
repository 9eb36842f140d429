using TaskArithmetic.Adapters;
using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Outputs;

/// <summary>A PEFT folder that appears whole or not at all, replacing only one that was written here.</summary>
internal sealed class AdapterFolder(string path)
{
    /// <summary>The metadata key that says who wrote the weights.</summary>
    public const string MetadataKey = "taskarithmetic.adapter";

    private readonly OutputPlace place = new(path);

    /// <summary>Problems of this place that are known before anything is written.</summary>
    /// <param name="inputs">Folders that are read.</param>
    public IEnumerable<Diagnostic> Check(IEnumerable<string> inputs)
    {
        var real = Real(place.Path);
        foreach (var input in inputs.Where(i => Real(i) is var other && (RealPath.IsWithin(other, real) || RealPath.IsWithin(real, other))))
            yield return OutputDiagnostics.OutputOverlapsInput(path, input);
        if (!IsReplaceable(place.Path))
            yield return OutputDiagnostics.NotOurAdapter(path);
    }

    /// <summary>Mends what a killed run left here, if nobody works here.</summary>
    public void Recover() => place.Recover();

    /// <summary>Fills a hidden folder beside the place and puts it there.</summary>
    public void Write(Action<string> fill, CancellationToken cancellationToken)
    {
        try
        {
            place.Write(
                fresh =>
                {
                    fill(fresh);
                    place.Install(fresh, RequireReplaceable);
                },
                cancellationToken);
        }
        catch (Exception e) when (OutputDiagnostics.IsWriteFailure(e))
        {
            throw OutputDiagnostics.WriteFailed(path, e);
        }
    }

    private void RequireReplaceable(string folder)
    {
        if (!IsReplaceable(folder))
            throw new DiagnosticException(OutputDiagnostics.NotOurAdapter(path));
    }

    /// <summary>The place itself, whatever links name it; a circle of links is told where it is opened.</summary>
    private static string Real(string path)
    {
        try
        {
            return RealPath.Of(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return System.IO.Path.GetFullPath(path);
        }
    }

    /// <summary>Nothing, an empty folder, or an adapter of ours and nothing besides.</summary>
    private static bool IsReplaceable(string folder)
    {
        if (!Directory.Exists(folder))
            return !File.Exists(folder);
        var names = Directory.EnumerateFileSystemEntries(folder, "*", FolderListing.Everything).Select(System.IO.Path.GetFileName).ToList();
        if (names.Count == 0)
            return true;
        var weights = System.IO.Path.Combine(folder, AdapterFile.WeightsFile);
        if (names.Any(n => n is not (AdapterFile.WeightsFile or Adapter.ConfigFile)) || !RegularFile.IsPresent(weights))
            return false;
        try
        {
            return SafetensorsFile.ReadHeader(weights).Metadata.ContainsKey(MetadataKey);
        }
        catch (DiagnosticException)
        {
            return false;
        }
    }
}
