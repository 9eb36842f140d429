using TaskArithmetic.Checkpoints;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Safetensors;

namespace TaskArithmetic.Adapters;

/// <summary>The coded findings of reading a PEFT adapter.</summary>
internal static class AdapterDiagnostics
{
    public static Diagnostic NoConfig(string folder) => Error(
        "TA2110", folder, $"{folder}: has no {Adapter.ConfigFile}, without which the scale of the factors is unknown. Give the folder that PEFT's save_pretrained wrote.");

    public static Diagnostic NoWeights(string folder, string instead) => Error(
        "TA2110", folder, $"{folder}: has no {AdapterFile.WeightsFile}{instead}. Give the folder that PEFT's save_pretrained wrote.");

    public static Diagnostic BadConfig(string path, string reason) => Error(
        "TA2110", path, $"{path}: not a usable adapter configuration: {reason.TrimEnd('.')}. Fetch the file again, or mend it.");

    public static Diagnostic NotLora(string path, string? type) => Error(
        "TA2111", path, $"{path}: peft_type is {(type is null ? "absent" : $"'{Listing.Short(type)}'")}; only LORA is known here. Merge the adapter with PEFT (merge_and_unload, save_pretrained) and give the result.");

    public static Diagnostic Unsupported(string path, string key, string? value) => Error(
        "TA2111", path, $"{path}: {key} is {(value is null ? "set" : $"'{Listing.Short(value)}'")}, which changes what the factors mean in a way that is not known here. Merge the adapter with PEFT (merge_and_unload, save_pretrained) and give the result.");

    public static Diagnostic UnsupportedDora(string file, string module, string why) => Error(
        "TA2111", file, $"{file}: module '{module}': DoRA {why} is not known here. Merge the adapter with PEFT (merge_and_unload, save_pretrained) and give the result.");

    public static Diagnostic Incomplete(string file, string module, string has, string lacks) => Error(
        "TA2112", file, $"{file}: module '{module}' has {has} and no {lacks}. Fetch the file again, or save the adapter again.");

    public static Diagnostic NothingOf(string file, string key, string name) => Error(
        "TA2112", file, $"{file}: {key} of {Adapter.ConfigFile} names '{Listing.Short(name)}', which the base model has, and the file holds nothing of it. Fetch the file again, or save the adapter again.");

    public static Diagnostic NoTensors(string file) => Error(
        "TA2112", file, $"{file}: holds no tensor. Fetch the file again, or save the adapter again.");

    public static Diagnostic WrongRank(CheckpointTensor tensor, string module, int rank) => Error(
        "TA2113", tensor, $"is {tensor.Info.ShapeText}, but {Adapter.ConfigFile} gives module '{module}' rank {rank}. Use configuration and weights of the same training.");

    public static Diagnostic NotInBase(string file, string module, string model, IReadOnlyList<string> tensors) => Error(
        "TA2114", file, $"{file}: {Listing.Of(tensors)} {(tensors.Count == 1 ? "belongs" : "belong")} to module '{module}', which {model} does not have. Use the adapter with the model that it was trained on.");

    public static Diagnostic NoPrefix(string file, IReadOnlyList<string> tensors) => Error(
        "TA2114", file, $"{file}: the {(tensors.Count == 1 ? "name" : "names")} {Listing.Of(tensors)} {(tensors.Count == 1 ? "lacks" : "lack")} '{AdapterFile.Prefix}' in front, so PEFT would load nothing of {(tensors.Count == 1 ? "it" : "them")}. Save the adapter with PEFT's save_pretrained.");

    public static Diagnostic OutsideTargets(string file, string module) => Error(
        "TA2115", file, $"{file}: module '{module}' has factors, but target_modules and exclude_modules of {Adapter.ConfigFile} leave it out, so PEFT would ignore them. Use configuration and weights of the same training.");

    public static Diagnostic NotSaved(CheckpointTensor tensor) => Error(
        "TA2115", tensor, $"is no factor, and neither modules_to_save nor bias of {Adapter.ConfigFile} names it, so PEFT would ignore it. Use configuration and weights of the same training.");

    public static Diagnostic NonFinite(CheckpointTensor tensor, long index) => Error(
        "TA2116", tensor, $"holds NaN or an infinity at index {index}. Train again, fetch the file again, or let it through with --allow-non-finite.");

    public static Diagnostic WrongShape(CheckpointTensor tensor, string target, IReadOnlyList<ulong> shape) => Error(
        "TA2117", tensor, $"is {tensor.Info.ShapeText}, which does not fit '{target}' {TensorInfo.FormatShape(shape)} of the model. Use the adapter with the model that it was trained on.");

    public static Diagnostic WrongDType(CheckpointTensor tensor) => Error(
        "TA2117", tensor, $"has dtype {tensor.Info.DType.Name()}, with which nothing is computed. Save the adapter as float32 or bfloat16.");

    public static Diagnostic WrongTokens(string file, string module, string reason) => Error(
        "TA2117", file, $"{file}: the rows of tokens of module '{module}' do not fit: {reason}. Use configuration and weights of the same training.");

    public static Diagnostic Twice(string file, string target, string one, string other) => Error(
        "TA2118", file, $"{file}: {one} and {other} both change the one tensor '{target}' of the model. Merge the adapter with PEFT (merge_and_unload, save_pretrained) and give the result.");

    public static Diagnostic NoBias(string file, string module) => Error(
        "TA2118", file, $"{file}: module '{module}' has a bias in its factors (lora_bias), but the model's module has none to add it to. Use the adapter with the model that it was trained on.");

    public static Diagnostic UnknownKey(string path, string key, string? nearest) => Diagnostic.Warning(
        "TA1040", $"{path}: the key '{Listing.Short(key)}' is unknown{(nearest is null ? "" : $" (nearest: '{nearest}')")} and is ignored. A newer PEFT may have written it: check that it does not change what the factors mean.").At(file: path);

    public static Diagnostic FanInIgnored(string path) => Diagnostic.Warning(
        "TA1041", $"{path}: fan_in_fan_out is true, but the model's weights are [out, in] as always. It is taken as false, as PEFT does.").At(file: path);

    public static Diagnostic Tied(string file, string module, string target) => Diagnostic.Warning(
        "TA1042", $"{file}: module '{module}' is changed, but in this model head and embedding are the one tensor '{target}', so both change, as in PEFT's merge_and_unload; with the adapter switched on only one did. Untie the model first (its own lm_head.weight, tie_word_embeddings false) if the other must stay.").At(file: file);

    public static Diagnostic ReplacesInTarget(string folder, IReadOnlyList<string> tensors) => Diagnostic.Warning(
        "TA1044", $"{folder}: holds {Listing.Of(tensors)} whole, not what training added to {(tensors.Count == 1 ? "it" : "them")}. As a vector that is the difference from the target, so that at alpha 1 the target takes the adapter's values. To add what training changed, give the model that it was trained on: {folder},minus=MODEL.").At(file: folder);

    public static Diagnostic TargetNotInBase(string path, string name) => Diagnostic.Warning(
        "TA1043", $"{path}: target_modules names '{Listing.Short(name)}', which the model does not have. Check that this is the model that the adapter was trained on.").At(file: path);

    private static Diagnostic Error(string code, string file, string message) => Diagnostic.Error(code, message).At(file: file);

    private static Diagnostic Error(string code, CheckpointTensor tensor, string rest) =>
        Diagnostic.Error(code, $"{tensor.File.Path}: tensor '{Listing.Short(tensor.Info.Name)}' {rest}").At(file: tensor.File.Path, tensor: tensor.Info.Name);
}
