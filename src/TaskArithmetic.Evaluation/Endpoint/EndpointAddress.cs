namespace TaskArithmetic.Evaluation.Endpoint;

/// <summary>The resources of an endpoint.</summary>
internal sealed record EndpointAddress(Uri Root, EndpointKind Kind)
{
    public Uri Models => new(Root, "models");

    public Uri Generate => new(Root, Kind == EndpointKind.Chat ? "chat/completions" : "completions");

    /// <summary>vLLM's tokenizer lies beside the protocol's folder, not in it.</summary>
    public Uri Tokenize => new(Root, "../tokenize");

    /// <summary>Reads an address as users write it; null if it is no HTTP address.</summary>
    public static EndpointAddress? Parse(Uri address, EndpointKind kind)
    {
        if (!address.IsAbsoluteUri || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps))
            return null;
        var path = address.AbsolutePath.TrimEnd('/');
        if (path.EndsWith("/chat/completions", StringComparison.Ordinal))
            (path, kind) = (path[..^"/chat/completions".Length], EndpointKind.Chat);
        else if (path.EndsWith("/completions", StringComparison.Ordinal))
            (path, kind) = (path[..^"/completions".Length], EndpointKind.Completions);
        else if (path.Length == 0)
            path = "/v1";
        return new(new UriBuilder(address) { Path = path + "/", Query = "", Fragment = "" }.Uri, kind);
    }
}
