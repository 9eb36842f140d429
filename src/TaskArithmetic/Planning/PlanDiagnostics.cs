using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Planning;

/// <summary>The coded findings before a merge: inputs that do not fit each other.</summary>
internal static class PlanDiagnostics
{
    public static Diagnostic NoSuchTensor(string tensor, string? nearest) => Diagnostic.Error(
        "TA2046", $"the merged model has no tensor '{Printable.Start(tensor)}'. {(nearest is null ? "'inspect' lists the names of a model." : $"Did you mean '{nearest}'?")}").At(tensor: tensor);

    public static Diagnostic NoVectorMetadata(string path) => Diagnostic.Warning(
        "TA1004", $"{path}: has no vector metadata, so its donors, tokenizer and architecture cannot be compared with the target. Make it with 'extract' to have them checked.").At(file: path);

    public static Diagnostic EndsOtherwise(IReadOnlyList<string> donors, IReadOnlyList<string> ends, IReadOnlyList<string> targetEnds, bool isUnknown) => Diagnostic.Warning(
        "TA1011", $"{string.Join(" and ", donors)}: {(donors.Count == 1 ? "ends" : "end")} answers with {Listing.Of(ends)}, at which the target does not stop{(isUnknown ? " (its tokenizer does not even know it)" : "")}; it ends with {Listing.Of(targetEnds)}. The vector may teach an end that the merged model runs past; use donors that end like the target, or add the token to eos_token_id of the target's generation_config.json.") with
    { File = donors[0] };

    public static Diagnostic ChatsOtherwise(IReadOnlyList<string> donors, bool targetHasTemplate) => Diagnostic.Warning(
        "TA1012", $"{string.Join(" and ", donors)}: {(donors.Count == 1 ? "has another chat template than the target" : "have other chat templates than the target")}{(targetHasTemplate ? "" : ", which has none")}. The skill was learnt in that format; the merged model keeps the target's, so evaluate it in both.") with
    { File = donors[0] };

    public static Diagnostic WrapperNamesDropped(string path, IReadOnlyList<string> segments) => Diagnostic.Warning(
        "TA1013", $"{path}: its tensor names carry {Listing.Of(segments)} of a training wrapper (torch.compile, FSDP, DataParallel), which is dropped here. Save the unwrapped model to be rid of this.") with
    { File = path };

    public static Diagnostic HeadNowhere(string path, string head) => Diagnostic.Warning(
        "TA1014", $"{path}: holds no output head ('{head}'), and its config.json does not tie it to the embedding, so a loader starts it at random. Set tie_word_embeddings to true if the heads are tied, or fetch the missing weights.") with
    { File = path };

    public static Diagnostic FilesLeftBehind(string folder, IReadOnlyList<string> files) => Diagnostic.Warning(
        "TA1015", $"{folder}: {Listing.Of(files)} {(files.Count == 1 ? "does" : "do")} not come along: nothing is known about {(files.Count == 1 ? "it" : "them")}. Copy what the model needs into the output's consumer by hand.") with
    { File = folder };

    public static Diagnostic DTypesLeft(string path, IReadOnlyList<string> fields, string dtype) => Diagnostic.Warning(
        "TA1016", $"{path}: {Listing.Of(fields)} named another dtype than the target's weights have and were left as they are, while the output's weights are {dtype}. Check that the parts they describe are meant so.") with
    { File = path };

    public static Diagnostic Quantised(string path, string quantization) => Diagnostic.Error(
        "TA2035", $"{path}: its weights are quantised: {quantization}. Packed weights cannot be added and their scales mean nothing without them; use the full-precision checkpoint (if the weights are full-precision after all, remove that entry).") with
    { File = path };

    public static Diagnostic NamesArePrefixed(string donor, NamePrefix prefix) => Diagnostic.Error(
        "TA2036", $"{donor}: {(prefix.IsDonors ? $"all its tensor names fit the target once '{prefix.Text}' is removed" : $"all its tensor names fit the target once '{prefix.Text}' is put before them")}. It was saved from inside another model; save the part that the target is, under the target's names.") with
    { File = donor };

    public static Diagnostic TensorMissing(string tensor, string donor) => Diagnostic.Error(
        "TA2006", $"{donor}: lacks tensor '{tensor}' of the target. Use donors of the same architecture, or exclude the tensor.").At(file: donor, tensor: tensor);

    public static Diagnostic ShapeDiffers(string tensor, string donor, IReadOnlyList<ulong> found, IReadOnlyList<ulong> expected) => Diagnostic.Error(
        "TA2007", $"{donor}: tensor '{tensor}' has shape {TensorInfo.FormatShape(found)}, but the target has {TensorInfo.FormatShape(expected)}. Use donors of the target's architecture.").At(file: donor, tensor: tensor);

    public static Diagnostic DTypeNotMergeable(string tensor, string path, DType dtype) => Diagnostic.Error(
        "TA2009", $"{path}: tensor '{tensor}' is {dtype.Name()}, which cannot be merged with. Use the BF16, F16, F32 or F64 weights of the model, or exclude the tensor.").At(file: path, tensor: tensor);

    public static Diagnostic VocabularyDiffers(string donor, ulong donorRows, ulong targetRows) => Diagnostic.Error(
        "TA2010", $"{donor}: its vocabulary has {donorRows} rows, but the target's has {targetRows}. Use models with one vocabulary, or say what happens to the rows: --vocabulary-mismatch common or skip (VocabularyMismatch), or a tokenizer in a mergekit file.").At(file: donor);

    public static Diagnostic TokenizerDiffers(string donor, int conflicts, string example) => Diagnostic.Error(
        "TA2011", $"{donor}: its tokenizer gives {conflicts} tokens other ids than the target's (such as '{example}'), so embedding rows do not correspond. Use models with one tokenizer, or exclude embeddings and head.").At(file: donor);

    public static Diagnostic VectorTokenizerDiffers(string vector) => Diagnostic.Warning(
        "TA1008", $"{vector}: its donors' tokenizer is not the target's. If tokens were only added the vector still fits; if ids differ, embedding rows do not correspond.").At(file: vector);

    public static Diagnostic MergesDiffer(string donor) => Diagnostic.Error(
        "TA2011", $"{donor}: its tokenizer has the target's tokens but other merges, so the same text becomes other tokens. Use models with one tokenizer.").At(file: donor);

    public static Diagnostic TiedHeadConflicts(string path, string head, string embedding) => Diagnostic.Error(
        "TA2012", $"{path}: '{head}' and '{embedding}' differ, but they must be one tensor here because the heads are tied. Untie all models, or use models with tied heads.").At(file: path);

    public static Diagnostic UnknownTensors(string donor, IReadOnlyList<string> names) => Diagnostic.Error(
        "TA2014", $"{donor}: holds {Listing.Of(names)}, which the target lacks, so that part of the vector would be lost. Use a target of the same architecture, or exclude the tensors.").At(file: donor);

    public static Diagnostic NothingSelected(string term) => Diagnostic.Error(
        "TA2015", $"{term}: its tensors/exclude patterns select no tensor it can change. Check the patterns against 'inspect'.").At(item: term);

    public static Diagnostic WholeModelAsVector(string path) => Diagnostic.Error(
        "TA2020", $"{path}: is a whole model, not a vector. Name the donor to subtract (minus=PATH), or extract a vector first.").At(file: path);

    public static Diagnostic NoConfig(string path) => Diagnostic.Error(
        "TA2005", $"{path}: has no config.json, so it is no complete model folder. Fetch it.").At(file: path);

    public static Diagnostic TargetIsNoFolder(string path) => Diagnostic.Error(
        "TA2004", $"{path}: the base must be a model folder, since its configuration and tokenizer go to the output.").At(file: path);

    public static Diagnostic ArgumentsConflict(string problem, string tensor) => Diagnostic.Error(
        "TA2013", $"tensor '{tensor}': {problem}. Change a parameter of the method.").At(tensor: tensor);

    public static Diagnostic AdapterNeedsModel(string folder) => Diagnostic.Error(
        "TA2051", $"{folder}: is an adapter, and vectors that are combined have no target that it could change. Name the model it was trained on (minus=DIR).") with
    { File = folder };
}
