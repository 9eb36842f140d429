using System.Net;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>TA4150 to TA4199: models that answer over the network.</summary>
internal static class EndpointDiagnostics
{
    public static Diagnostic NotAnAddress(Uri address) => Diagnostic.Error("TA4150",
        $"'{address}' is not an http or https address of an endpoint. Give one such as http://localhost:8000/v1.");

    public static Diagnostic NoAnswer(Uri uri, int tries, string reason) => Diagnostic.Error("TA4151",
        $"{uri} gave no usable answer in {tries} {(tries == 1 ? "try" : "tries")}: {reason}. Check that the server runs; answers so far are kept, so a new run goes on from here.", DiagnosticKind.Environment);

    public static Diagnostic Refused(Uri uri, HttpStatusCode status, string reason, string keyVariable, bool hasKey) => status switch
    {
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => Diagnostic.Error("TA4153",
            $"{uri} refuses the key: {reason}. {(hasKey ? $"The key came from the environment variable {keyVariable}; check it." : $"Set the environment variable {keyVariable}.")}", DiagnosticKind.Environment),
        HttpStatusCode.NotFound => Diagnostic.Error("TA4154",
            $"{uri} has no such model or path: {reason}. Check the address and the model's name.", DiagnosticKind.Environment),
        _ => Diagnostic.Error("TA4152", $"{uri} refuses the request: {reason}.", DiagnosticKind.Environment),
    };

    public static Diagnostic NameTheModel(Uri uri, IReadOnlyList<string> models) => Diagnostic.Error("TA4154",
        models.Count == 0 ? $"{uri} lists no models. Name the model." : $"{uri} has several models: {string.Join(", ", models)}. Name one.", DiagnosticKind.Environment);

    public static Diagnostic CannotScore(Uri uri, string reason) => Diagnostic.Error("TA4155",
        $"{uri} cannot score given text: {reason}. Log-likelihood benchmarks need the embedded engine or vLLM's /v1/completions; llama-server and chat endpoints cannot run them.", DiagnosticKind.Environment);

    public static Diagnostic NoPrefixToken(Uri uri) => Diagnostic.Error("TA4156",
        $"{uri}: scoring a text without a context needs a begin or end token, and the tokenizer adds none. Give the text of the end-of-sequence token.");

    public static Diagnostic UnexpectedShape(Uri uri, string what) => Diagnostic.Error("TA4157",
        $"{uri} answered in an unexpected shape: {what}. Check that the address belongs to an OpenAI-compatible server.", DiagnosticKind.Environment);

    public static Diagnostic NoContent(Uri uri, string finishReason) => Diagnostic.Warning("TA4158",
        $"{uri} gave answers without text (finish_reason {finishReason}); they are scored as empty. A reasoning model may have spent all its tokens on thinking: raise the token limit.");

    public static Diagnostic NoRoomForPrompt(Uri uri, int maxTokens, int maxLength) => Diagnostic.Error("TA4159",
        $"{uri}: an answer of up to {maxTokens} tokens leaves no room for a prompt in a context of {maxLength}. Lower max_gen_toks or raise the server's context.");

    public static Diagnostic KeyInTheClear(Uri uri, string keyVariable) => Diagnostic.Warning("TA4160",
        $"The key in {keyVariable} is sent to {uri.Host} unencrypted. Use https, or unset the variable if the server needs no key.");

    public static Diagnostic NoChatTemplate(Uri uri) => Diagnostic.Error("TA4161",
        $"{uri} takes text, and no chat template is known. Name the model's folder for its tokenizer, or use /v1/chat/completions.");

    public static Diagnostic TooLarge(Uri uri, long most) => Diagnostic.Error("TA4163",
        $"{uri} sent an answer of more than {most} bytes, and the rest was not read. No answer to one request is that long; check the server.", DiagnosticKind.Environment);

    public static Diagnostic KeyEchoed(Uri uri, string keyVariable) => Diagnostic.Warning("TA4164",
        $"{uri} returned the key in {keyVariable} as part of an answer; it was replaced by *** before anything was kept. Find out why before you trust this server with a key.", DiagnosticKind.Environment);

    public static Diagnostic TooLong(Uri uri, int characters, int maxTokens) => Diagnostic.Error("TA4165",
        $"{uri} sent {characters} characters as an answer of at most {maxTokens} tokens. The server takes no notice of max_tokens; check it.", DiagnosticKind.Environment);

    public static Diagnostic KeyUnusable(string keyVariable) => Diagnostic.Error("TA4166",
        $"The key in {keyVariable} holds spaces, line breaks, control or non-ASCII characters, which no key has. Set the variable anew.", DiagnosticKind.Environment);

    public static Diagnostic NotSupported(Uri uri, string option) => Diagnostic.Warning("TA4162",
        $"{uri} is of a kind that has no {option}; it is not sent, so scores are not comparable with runs that use it.");
}
