using TaskArithmetic.Diagnostics;
using Tokenizers.DotNet;

namespace TaskArithmetic.Text.Tokenizers.Native;

/// <summary>
/// A tokenizer of the reference library. A panic in its Rust code ends the process, so it gets nothing that was not checked:
/// definitions of <see cref="Parsing.TokenizerDefinitionParser"/> and texts within their bounds. Safe for concurrent use; the native
/// part is freed with the object.
/// </summary>
internal sealed class ReferenceTokenizer
{
    private readonly Tokenizer tokenizer;

    private ReferenceTokenizer(Tokenizer tokenizer) => this.tokenizer = tokenizer;

    /// <summary>Loads a definition. The library takes a path only, so it gets a file of ours that no one else can change.</summary>
    /// <param name="write">Writes the definition.</param>
    /// <param name="path">What it was made of, for messages.</param>
    /// <exception cref="DiagnosticException">TA0102–TA0122 the library cannot be had; TA2301 no temporary file; TA2313 the library refuses the definition.</exception>
    public static ReferenceTokenizer Load(Action<Stream> write, string path)
    {
        TokenizerLibrary.LoadAsync().GetAwaiter().GetResult();
        var temporary = Path.Combine(Path.GetTempPath(), $"taskarithmetic-{Guid.NewGuid():N}.json");
        try
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.Read | FileShare.Delete, Options = FileOptions.DeleteOnClose };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new FileStream(temporary, options);
            write(file);
            file.Flush();
            return new(new Tokenizer(temporary));
        }
        catch (TokenizerException exception)
        {
            throw new DiagnosticException(TokenizerDiagnostics.RefusedByLibrary(path, exception.Message), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(TokenizerDiagnostics.Unreadable(temporary, exception.Message), exception);
        }
    }

    /// <summary>The token ids of a well-formed text.</summary>
    /// <exception cref="DiagnosticException">TA2309 a character is unknown and so is the tokenizer's unknown token.</exception>
    public uint[] Encode(string text)
    {
        try
        {
            var ids = tokenizer.Encode(text);
            // Its finalizer frees the native part, and may run while only a field of it is still in use.
            GC.KeepAlive(tokenizer);
            return ids;
        }
        catch (TokenizerException exception)
        {
            throw new DiagnosticException(TokenizerDiagnostics.UnknownTokenMissing(exception.Message), exception);
        }
    }

    /// <summary>The text of token ids; those without a token are left out.</summary>
    public string Decode(uint[] ids)
    {
        var text = tokenizer.Decode(ids);
        GC.KeepAlive(tokenizer);
        return text;
    }
}
