using TaskArithmetic.Diagnostics;
using TaskArithmetic.Files;

namespace TaskArithmetic.Outputs;

/// <summary>
/// A small text file that a user names: it appears whole or not at all, and takes no other file's place than that of an earlier one of its
/// kind. A model or a configuration under a name that was mistyped stays.
/// </summary>
/// <param name="path">The file as it was given. A link is followed, so that it stays.</param>
/// <param name="kind">What is written, for messages: <c>a heat map</c>.</param>
/// <param name="endings">Endings of names, one of which it must have; none for any.</param>
/// <param name="isSuch">Whether the text of a file is one of the kind.</param>
internal sealed class DocumentFile(string path, string kind, IReadOnlyList<string> endings, Func<string, bool> isSuch)
{
    private readonly string place = new OutputPlace(path).Path;

    /// <summary>What forbids to write there, known before any work is done.</summary>
    /// <exception cref="DiagnosticException">TA2052: the file is something else, or its name is one of something else.</exception>
    public void Require()
    {
        if (endings.Count > 0 && !endings.Any(e => place.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
            throw Refused($"its name must end in {string.Join(" or ", endings)}");
        if (Directory.Exists(place))
            throw Refused("it is a folder");
        if (!RegularFile.IsPresent(place))
            return;
        try
        {
            if (RegularFile.ReadText(place) is { Length: > 0 } text && !isSuch(text))
                throw Refused("a file is there that is something else and would be lost");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Refused($"a file is there that would be lost ({e.Message.TrimEnd('.')})", e);
        }
    }

    /// <summary>Writes it.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be written.</exception>
    public void Write(ReadOnlyMemory<byte> text)
    {
        // Again, since work may have taken its time.
        Require();
        AtomicFile.Write(place, stream => stream.Write(text.Span));
    }

    private DiagnosticException Refused(string reason, Exception? cause = null) => new(OutputDiagnostics.NotThatDocument(path, kind, reason), cause);
}
