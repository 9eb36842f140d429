using System.Text.Json;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>What a server said: a JSON document, or why there is none.</summary>
internal readonly record struct EndpointAnswer(JsonElement Body, Diagnostic? Problem)
{
    /// <summary>The document.</summary>
    /// <exception cref="DiagnosticException">There is none.</exception>
    public JsonElement Required => Problem is null ? Body : throw new DiagnosticException(Problem);
}
