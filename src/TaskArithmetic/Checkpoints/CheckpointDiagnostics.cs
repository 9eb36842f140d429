using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Checkpoints;

/// <summary>The coded findings of opening a checkpoint.</summary>
internal static class CheckpointDiagnostics
{
    public static Diagnostic TotalSizeWrong(string index, long claimed, long actual) => Diagnostic.Warning(
        "TA1002", $"{index}: total_size is {claimed}, but the tensors take {actual} bytes. The tensors are used as they are; write the index again to be rid of this.").At(file: index);

    public static Diagnostic TensorsNotInIndex(string index, IReadOnlyList<string> names) => Diagnostic.Warning(
        "TA1003", $"{index}: its shards also hold {Listing.Of(names)}, which the index does not map there. They are ignored.").At(file: index);

    public static DiagnosticException NotFound(string path) => new(Diagnostic.Error(
        "TA2001", $"{path}: no such file or folder. Give a model folder or a .safetensors file.").At(file: path));

    /// <param name="folder">The folder.</param>
    /// <param name="instead">What it holds in their place, as the middle of a sentence; empty where nothing is known.</param>
    public static DiagnosticException NoWeights(string folder, string instead) => new(Diagnostic.Error(
        "TA2004", $"{folder}: holds no safetensors weights{instead}. Give the folder that holds model.safetensors or its shards; convert weights in other forms with save_pretrained first.")
        with
    { File = folder });

    /// <param name="path">Folder or file.</param>
    /// <param name="evidence">How it is known, as a sentence's second half.</param>
    public static Diagnostic IsAdapter(string path, string evidence) => Diagnostic.Error(
        "TA2037", $"{path}: is a PEFT adapter and no model: {evidence}. Merge it into its base first (merge_and_unload, then save_pretrained) and give the result.") with
    { File = path };

    public static DiagnosticException Ambiguous(string folder, IReadOnlyList<string> files) => new(Diagnostic.Error(
        "TA2004", $"{folder}: holds {files.Count} candidates ({Listing.Of(files.Select(f => Path.GetFileName(f)).ToList())}) and no model.safetensors. Name one file, or add the index.").At(file: folder));

    public static DiagnosticException ShardsMissing(string folder, int present, int total) => new(Diagnostic.Error(
        "TA2004", $"{folder}: has no index and {present} of {total} shards. Fetch the missing shards.").At(file: folder));

    public static Diagnostic ShardMissing(string index, string file) => Diagnostic.Error(
        "TA2004", $"{index}: names the shard '{file}', which does not exist. Fetch it.").At(file: index);

    public static Diagnostic TensorNotInShard(string index, string tensor, string file) => Diagnostic.Error(
        "TA2003", $"{index}: maps tensor '{tensor}' to '{file}', which does not hold it. Fetch index and shards of the same revision.").At(file: index, tensor: tensor);

    public static Diagnostic TensorTwice(string tensor, string first, string second) => Diagnostic.Error(
        "TA2003", $"{second}: tensor '{tensor}' stands also in {first}, and no index says which counts. Remove one, or add the index.").At(file: second, tensor: tensor);

    public static DiagnosticException MalformedConfig(string path, string reason, Exception? cause = null) => new(
        About(path, "TA2005", $"{path}: not a usable model configuration: {reason}. Fetch the file again."), cause);

    public static DiagnosticException MalformedTokenizer(string path, string reason, Exception? cause = null) => new(
        About(path, "TA2008", $"{path}: not a usable tokenizer: {reason}. Fetch the file again."), cause);

    public static Diagnostic LinkLeavesFolder(string path, string target) => About(
        path, "TA2027", $"{path}: is a link to {Listing.Short(target)}, outside the model folder; what lies there would be copied into the model. Put the file itself into the folder, or take the link away.");

    public static Diagnostic NotCarried(string path, string reason) => About(
        path, "TA2028", $"{path}: belongs to the model, but cannot be taken along: {reason}. Replace it by the file that belongs there, or take it away.");

    public static Diagnostic ConfigNuance(string donor, string field, string? donorValue, string? targetValue) => Diagnostic.Warning(
        "TA1005", $"{donor}: {field} is {donorValue ?? "absent"}, but the target has {targetValue ?? "absent"}. The weights still fit; make sure the models are meant to be used alike.").At(file: donor);

    public static Diagnostic ConfigDiffers(string donor, string field, string? donorValue, string? targetValue) => Diagnostic.Error(
        "TA2021", $"{donor}: {field} is {donorValue ?? "absent"}, but the target has {targetValue ?? "absent"}, so its weights mean something else. Use models of one architecture.").At(file: donor);

    private static Diagnostic About(string file, string code, string message) => Diagnostic.Error(code, message) with { File = file };
}
