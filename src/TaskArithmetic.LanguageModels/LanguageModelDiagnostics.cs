using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.LanguageModels;

/// <summary>Every reason for which a model folder is refused by the language model: codes TA2200 to TA2299.</summary>
internal static class LanguageModelDiagnostics
{
    public static Diagnostic ConfigurationUnreadable(string file, string reason) => About(
        file, "TA2200", $"{file} cannot be read as a model configuration: {reason}. Point at a Hugging Face model folder with config.json and safetensors weights.");

    public static Diagnostic UnknownArchitecture(string file, string? modelType) => About(
        file, "TA2201", modelType is null
            ? $"{file} has no model_type, so the architecture is unknown. Add model_type: gemma3_text, llama, mistral, phi3, qwen2 or qwen3."
            : $"{file} names the architecture '{modelType}', which this engine does not run. It runs gemma3_text (Gemma 3 without images), llama (also SmolLM2), mistral, phi3 (also Phi-4), qwen2 and qwen3; evaluate others through an OpenAI-compatible endpoint.");

    public static Diagnostic NotCausal(string file, string architectures, string expected) => About(
        file, "TA2202", $"{file} declares the architectures {architectures}, of which none is {expected}: this is not a causal language model of that type. Use the generative checkpoint of the model.");

    public static Diagnostic InvalidKey(string file, string key, string problem) => About(
        file, "TA2203", $"{file}: '{key}' {problem}. Take the value from the original model's config.json.");

    public static Diagnostic UnknownRopeType(string file, string type) => About(
        file, "TA2204", $"{file} asks for the rope type '{type}', which this engine does not compute. It computes default, linear, dynamic, llama3 and yarn, and for Phi-3 default and longrope.");

    public static Diagnostic InvalidRopeKey(string file, string type, string key, string problem) => About(
        file, "TA2205", $"{file}: rope type '{type}' needs '{key}', which {problem}. Take the value from the original model's config.json.");

    public static Diagnostic Quantised(string file, string method) => About(
        file, "TA2206", $"{file} describes quantised weights ({method}). Use the unquantised checkpoint (BF16, F16 or F32), or evaluate through an OpenAI-compatible endpoint.");

    public static Diagnostic UnsupportedActivation(string file, string key, string activation) => About(
        file, "TA2207", $"{file}: {key} '{activation}' is not computed by this engine; Gemma 3 uses gelu_pytorch_tanh and the other families silu.");

    public static Diagnostic InvalidLayerTypes(string file, string problem) => About(
        file, "TA2208", $"{file}: layer_types {problem}. It must name full_attention or sliding_attention once for each layer.");

    public static Diagnostic PartialRotary(string file, string value) => About(
        file, "TA2209", $"{file}: partial_rotary_factor is {value}, but this engine rotates whole heads only, and a part of them for Phi-3.");

    public static Diagnostic MissingTensor(string folder, string tensor, string shape, string? why = null) => About(
        folder, "TA2210", $"{folder}: the tensor {tensor} of shape {shape} is missing{(why is null ? "" : $" ({why})")}. The download is incomplete or config.json belongs to another model.");

    public static Diagnostic UnexpectedTensor(string file, string tensor, string why) => About(
        file, "TA2211", $"{file}: the tensor {tensor} has no place in this model: {why}. config.json and weights do not belong together.");

    public static Diagnostic WrongShape(string file, string tensor, string found, string expected) => About(
        file, "TA2212", $"{file}: the tensor {tensor} has shape {found}, but config.json asks for {expected}. config.json and weights do not belong together.");

    public static Diagnostic WrongDType(string file, string tensor, string dtype) => About(
        file, "TA2213", $"{file}: the tensor {tensor} is stored as {dtype}; weights must be BF16, F16, F32 or F64. Quantised or integer checkpoints are not run.");

    public static Diagnostic NotFinite(string file, string tensor, long element, string value) => About(
        file, "TA2214", $"{file}: the tensor {tensor} holds {value} at element {element}. The checkpoint is damaged or a merge overflowed; every answer would be meaningless.");

    public static Diagnostic TiedHeadDiffers(string file) => About(
        file, "TA2215", $"{file}: lm_head.weight differs from model.embed_tokens.weight although config.json says tie_word_embeddings. Set tie_word_embeddings to false if the stored head is meant, or remove lm_head.weight.");

    public static Diagnostic UnknownDType(string file, string key, string value) => About(
        file, "TA2216", $"{file}: {key} '{value}' is no float type; expected bfloat16, float16, float32 or float64.");

    public static Diagnostic NamesWithoutPrefix(string folder) => About(
        folder, "TA2217", $"{folder}: the tensor names lack the prefix 'model.' (embed_tokens.weight instead of model.embed_tokens.weight): this is a bare transformer body. Save it again as a causal language model.");

    public static Diagnostic TokenOutOfRange(int row, int position, int token, int vocabularySize) => Diagnostic.Error(
        "TA2220", $"Token {token} at position {position} of sequence {row} is outside the model's vocabulary of {vocabularySize}. The tokenizer belongs to another model.");

    public static Diagnostic EmptySequence(int row) => Diagnostic.Error(
        "TA2221", $"Sequence {row} has no token to start from. Begin it with the beginning-of-sequence or end-of-sequence token.");

    private static Diagnostic About(string file, string code, string message) => Diagnostic.Error(code, message) with { File = file };
}
