using System.Text;
using TaskArithmetic.Diagnostics;

namespace TaskArithmetic.Tool.Terminal;

/// <summary>
/// Standard output as commands see it: whatever is written, and whoever wrote it, control characters other than line breaks reach the
/// terminal as visible text.
/// </summary>
internal sealed class PrintableWriter(TextWriter output) : TextWriter
{
    public override Encoding Encoding => output.Encoding;

    public override void Write(char value) => Write(value.ToString());

    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
            return;
        var lines = value.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        output.Write(string.Join(output.NewLine, lines.Select(Printable.Of)));
    }

    public override void WriteLine(string? value)
    {
        Write(value);
        output.Write(output.NewLine);
    }

    public override void Flush() => output.Flush();
}
