using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Gguf.Format;

namespace TaskArithmetic.Gguf;

/// <summary>The coded findings about GGUF files: TA5200 to TA5219.</summary>
internal static class GgufDiagnostics
{
    public static Diagnostic NotAGgufName(string path) => Diagnostic.Error(
        "TA5200", $"{path}: a GGUF file must be named NAME.gguf and be no folder. Change --output.").At(file: path);

    public static Diagnostic NotOurs(string path) => Diagnostic.Error(
        "TA5201", $"{path}: exists and is no GGUF file, so it would be lost. Remove it, or choose another --output.").At(file: path);

    public static Diagnostic UnknownQuantization(string name) => Diagnostic.Error(
        "TA5202", $"'{Listing.Short(name)}' is no quantization. Known are {string.Join(", ", GgufQuantization.All.Select(q => q.Name))}.");

    public static Diagnostic NoTokenizer(string folder) => Diagnostic.Error(
        "TA5203", $"{folder}: has no tokenizer.json, without which llama.cpp could not read a text. Put the model's tokenizer files beside its weights.").At(file: folder);

    public static Diagnostic TokenizerUnreadable(string file, string reason) => Diagnostic.Error(
        "TA5204", $"{file}: cannot be read as a tokenizer ({reason.TrimEnd('.')}). Take the file from the original model.").At(file: file);

    public static Diagnostic UnknownTokenizer(string file, string reason) => Diagnostic.Error(
        "TA5205", $"{file}: llama.cpp would make other tokens of texts, since {reason}. A GGUF file of this model would answer wrongly, so none is written; run it through another engine.").At(file: file);

    public static Diagnostic TokenizerDoesNotFit(string file, string reason) => Diagnostic.Error(
        "TA5206", $"{file}: does not belong to the weights beside it: {reason}. Take both from one model.").At(file: file);

    public static Diagnostic NotComputed(string folder, string architecture, string what) => Diagnostic.Error(
        "TA5207", $"{folder}: config.json asks for {what}, which llama.cpp does not compute for '{architecture}'. A GGUF file of this model would answer wrongly, so none is written; run it through another engine.").At(file: folder);

    public static Diagnostic RowsAreNoBlocks(string folder, string quantization, IReadOnlyList<string> tensors) => Diagnostic.Error(
        "TA5208", $"{folder}: {quantization} stores blocks of 32 weights, and the rows of {Listing.Of(tensors)} are no multiple of that. Choose q8_0, f16 or a K-quant such as q4_k_m, which have another type for such rows.").At(file: folder);

    public static Diagnostic RowsStayHalf(string folder, string quantization, IReadOnlyList<string> tensors) => Diagnostic.Warning(
        "TA5209", $"{folder}: the rows of {Listing.Of(tensors)} are no multiple of 32 weights and stay f16 instead of {quantization}. Nothing is to be done; the file is a little larger.").At(file: folder);

    public static Diagnostic ShorterContext(string folder, int context, string reason) => Diagnostic.Warning(
        "TA5210", $"{folder}: {reason}, so the file names a context of {context} tokens, up to which the answers are the model's. Keep to it, or run longer texts through another engine.").At(file: folder);

    public static Diagnostic ContextDecides(string folder, int length) => Diagnostic.Warning(
        "TA5215", $"{folder}: its rope changes for texts of more than {length} tokens, and llama.cpp changes it where the context is larger, whatever the text. For shorter texts, ask the engine for a context of {length} tokens.").At(file: folder);

    public static DiagnosticException NotWritable(CheckpointTensor tensor, long element, string value, GgufType type) => new(Diagnostic.Error(
        "TA5211", $"{tensor.File.Path}: '{tensor.Info.Name}' holds {value} at element {element}, which {(value is "NaN" or "Infinity" or "-Infinity" ? "no engine can compute with; the checkpoint is damaged or a merge overflowed" : $"{(type == GgufType.Q8Zero ? "q8_0" : type.ToString().ToLowerInvariant())} cannot hold; choose {(type == GgufType.F32 ? "another checkpoint" : "f32")}, or mend the checkpoint")}.").At(tensor.File.Path, tensor.Info.Name));

    public static Diagnostic TokenizesDifferently(string file, string reason) => Diagnostic.Warning(
        "TA5212", $"{file}: {reason}. Check that the texts that you send come out as the same tokens (llama-tokenize shows them).").At(file: file);

    public static DiagnosticException QuantizerRefused(string folder, string quantization, string reason) => new(Diagnostic.Error(
        "TA5213", $"{folder}: llama.cpp's quantizer did not make {quantization} of it ({reason}). Choose another quantization, or report this with the file's config.json.").At(file: folder));

    public static DiagnosticException NoQuantizer(string reason, Exception? cause) => new(Diagnostic.Error(
        "TA5214", $"llama.cpp's quantizer cannot be used here ({reason.TrimEnd('.')}). Choose f32, bf16, f16 or q8_0, which need nothing native, or name a folder with the libraries of LLamaSharp.Backend.Cpu 0.30.0 in {Native.LlamaCppPackage.FolderVariable}.", DiagnosticKind.Environment), cause);
}
