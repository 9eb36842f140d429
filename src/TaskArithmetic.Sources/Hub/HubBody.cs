using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Sources.Hub;

/// <summary>
/// Fetches the bytes of one file and hashes them on their way to the disk: what a broken connection has left is gone on from, large files
/// come in several stretches at once, and bytes that are not the file's are thrown away and asked for again.
/// </summary>
/// <param name="settings">Sizes and patience.</param>
/// <param name="transport">Sends the requests.</param>
/// <param name="slots">One for each stretch that is under way, over all files.</param>
/// <param name="request">Asks for all of the file.</param>
/// <param name="facts">What the bytes must be.</param>
internal sealed class HubBody(HubSettings settings, HubTransport transport, SemaphoreSlim slots, HubRequest request, HubFileFacts facts)
{
    private HubRequest request = request;
    private IncrementalHash hash = facts.StartHash();
    private long written;
    private bool endedAsPart;

    /// <summary>Hears how many bytes of the file there are, each time they become more, or fewer when it begins anew.</summary>
    public Action<long> Advanced { get; init; } = _ => { };

    /// <summary>Asks the hub again where the bytes are, since addresses of the store are good for a while only.</summary>
    public required Func<CancellationToken, Task<Uri>> Renew { get; init; }

    /// <summary>Fetches the file.</summary>
    /// <param name="file">An empty file, or the beginning that an earlier try left.</param>
    /// <param name="cancellationToken">Ends the download; what is there stays.</param>
    /// <exception cref="DiagnosticException">TA5007, TA5008 it cannot be had; TA5011 what comes are other bytes.</exception>
    public async Task FetchAsync(FileStream file, CancellationToken cancellationToken)
    {
        try
        {
            await AdoptAsync(file, cancellationToken);
            for (var again = 0; ; again++)
            {
                if (facts.Size > 2L * settings.SegmentBytes)
                    await FetchSegmentsAsync(file, cancellationToken);
                await FetchRestAsync(file, cancellationToken);
                var actual = Convert.ToHexStringLower(hash.GetHashAndReset());
                if (written == facts.Size && actual == facts.Digest)
                    return;
                if (again == HubTransport.Retries)
                    throw new DiagnosticException(HubDiagnostics.OtherBytes(request.About, request.File, facts.Digest, written == facts.Size ? actual : $"{written} of {facts.Size} bytes"));
                BeginAnew(file);
                await transport.PauseAsync(cancellationToken);
            }
        }
        finally
        {
            hash.Dispose();
        }
    }

    /// <summary>What an earlier process left is hashed, and so proven or refuted in the end.</summary>
    private async Task AdoptAsync(FileStream file, CancellationToken cancellationToken)
    {
        if (file.Length > facts.Size)
            file.SetLength(0);
        var buffer = new byte[1 << 20];
        for (int read; (read = await file.ReadAsync(buffer, cancellationToken)) > 0;)
            Hash(buffer.AsSpan(0, read));
    }

    /// <summary>The bytes that are missing, one after the other.</summary>
    private async Task FetchRestAsync(FileStream file, CancellationToken cancellationToken)
    {
        var (best, left, renewed) = (written, HubTransport.Retries, false);
        while (written < facts.Size)
        {
            var failure = await FetchOnceAsync(file, cancellationToken);
            if (written == facts.Size)
                return;
            if (written > best)
                (best, left, renewed) = (written, HubTransport.Retries, false);
            if (failure is { IsConnection: false })
            {
                if (failure.Status is not (HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized or HttpStatusCode.NotFound or HttpStatusCode.Gone) || renewed)
                    throw new DiagnosticException(failure.Finding, failure.Cause);
                request = request with { Uri = await Renew(cancellationToken) };
                renewed = true;
                continue;
            }
            // A whole answer that is too short is another file, not a broken connection.
            if (failure is null && (!endedAsPart || left == 0))
                return;
            if (left-- == 0)
                throw new DiagnosticException(failure!.Finding, failure.Cause);
            await transport.PauseAsync(cancellationToken);
        }
    }

    /// <summary>One request for what is missing.</summary>
    /// <returns>Why it ended early; null if the server itself ended it.</returns>
    private async Task<HubFailure?> FetchOnceAsync(FileStream file, CancellationToken cancellationToken)
    {
        var resumes = written > 0;
        using var answer = await transport.SendPatientlyAsync(resumes ? request with { MayBeCompressed = false, Range = new RangeHeaderValue(written, null) } : request, alsoConnections: false, cancellationToken);
        if (answer.Failure is { Status: HttpStatusCode.RequestedRangeNotSatisfiable } && resumes)
        {
            BeginAnew(file);
            endedAsPart = true;
            return null;
        }
        if (answer.Failure is { } failure)
            return failure;
        var encoding = answer.Required.Content.Headers.ContentEncoding.LastOrDefault();
        endedAsPart = answer.Required.StatusCode == HttpStatusCode.PartialContent;
        var isRest = IsPart(answer.Required, written) && encoding is null or "identity";
        if (resumes && !isRest)
            BeginAnew(file);
        try
        {
            await using var raw = await answer.Required.Content.ReadAsStreamAsync(cancellationToken);
            await using var body = Decoded(raw, encoding);
            var buffer = new byte[1 << 17];
            for (int read; written < facts.Size && (read = await transport.ReadAsync(body, buffer, cancellationToken)) > 0;)
                await AppendAsync(file, buffer.AsMemory(0, (int)Math.Min(read, facts.Size - written)), cancellationToken);
            return null;
        }
        catch (Exception e) when (HubTransport.IsBroken(e))
        {
            // There is no going on in the middle of a compressed body.
            if (encoding is not (null or "identity"))
                BeginAnew(file);
            return new(HubDiagnostics.Unreachable(answer.Uri, e.Message), Cause: e);
        }
    }

    /// <summary>
    /// A large file in several stretches at once. Each waits in memory for its turn, so that the file on the disk has no holes and the hash needs no second reading.
    /// </summary>
    private async Task FetchSegmentsAsync(FileStream file, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pending = new Queue<Task<byte[]?>>();
        var (next, ranged) = (written, false);
        try
        {
            while (written < facts.Size)
            {
                while (next < facts.Size && pending.Count < (ranged ? settings.Workers : 1))
                {
                    // Only the first of a file waits for a slot while others do; it always has one in the end, so nobody waits in a circle.
                    if (pending.Count == 0)
                        await slots.WaitAsync(cancellationToken);
                    else if (!slots.Wait(0, CancellationToken.None))
                        break;
                    pending.Enqueue(FetchSegmentAsync(next, (int)Math.Min(settings.SegmentBytes, facts.Size - next), stop.Token));
                    next += settings.SegmentBytes;
                }
                // A server without ranges, or one that fails here, gets the patience of a single stream.
                if (await pending.Peek() is not { } bytes)
                    return;
                await AppendAsync(file, bytes, cancellationToken);
                _ = pending.Dequeue();
                slots.Release();
                ranged = true;
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(pending).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            if (pending.Count > 0)
                slots.Release(pending.Count);
        }
    }

    /// <summary>One stretch; null if it does not come.</summary>
    private async Task<byte[]?> FetchSegmentAsync(long begin, int length, CancellationToken cancellationToken)
    {
        var bytes = new byte[length];
        var (have, left) = (0, HubTransport.Retries);
        while (true)
        {
            using (var answer = await transport.SendPatientlyAsync(
                request with { MayBeCompressed = false, Range = new RangeHeaderValue(begin + have, begin + length - 1) }, alsoConnections: false, cancellationToken))
            {
                if (answer.Failure is { IsConnection: false })
                    return null;
                if (answer.Response is { } response)
                {
                    if (!IsPart(response, begin + have) || response.Content.Headers.ContentEncoding.Count > 0)
                        return null;
                    var before = have;
                    try
                    {
                        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                        for (int read; have < length && (read = await transport.ReadAsync(body, bytes.AsMemory(have), cancellationToken)) > 0;)
                            have += read;
                    }
                    catch (Exception e) when (HubTransport.IsBroken(e))
                    {
                    }
                    if (have == length)
                        return bytes;
                    if (have > before)
                        left = HubTransport.Retries;
                }
            }
            if (left-- == 0)
                return null;
            await transport.PauseAsync(cancellationToken);
        }
    }

    private static bool IsPart(HttpResponseMessage response, long begin) => response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From == begin;

    private static Stream Decoded(Stream body, string? encoding) => encoding switch
    {
        "gzip" or "x-gzip" => new GZipStream(body, CompressionMode.Decompress),
        "deflate" => new ZLibStream(body, CompressionMode.Decompress),
        _ => body,
    };

    private async Task AppendAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await file.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(HubDiagnostics.CacheUnusable(file.Name, e.Message), e);
        }
        Hash(bytes.Span);
    }

    private void Hash(ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(bytes);
        written += bytes.Length;
        Advanced(written);
    }

    private void BeginAnew(FileStream file)
    {
        file.SetLength(0);
        written = 0;
        hash.Dispose();
        hash = facts.StartHash();
        Advanced(0);
    }
}
