using System.Text.Json.Nodes;

namespace TaskArithmetic.Evaluation.Tests.EndpointServer;

/// <summary>One request as a session received it.</summary>
internal sealed record ReceivedRequest(string Path, string? Authorization, JsonNode? Body, long Milliseconds, int UnderWay);
