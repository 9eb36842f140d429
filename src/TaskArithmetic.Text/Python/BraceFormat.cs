using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Jinja;
using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Values;

namespace TaskArithmetic.Text.Python;

/// <summary><c>str.format</c>, with the attribute look-up of the template's environment.</summary>
internal sealed class BraceFormat(JinjaArguments arguments)
{
    private readonly RenderContext context = arguments.Context;
    private int automatic;
    private bool? isAutomatic;

    public string Format(string format, int depth = 2)
    {
        if (depth < 0)
            throw RenderError.Value("Max string recursion exceeded");
        var result = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c is '{' or '}' && i + 1 < format.Length && format[i + 1] == c)
                result.Append(format[i++]);
            else if (c == '}')
                throw RenderError.Value("Single '}' encountered in format string");
            else if (c == '{')
                i = Field(result, format, i + 1, depth);
            else
                result.Append(c);
        }
        return result.ToString();
    }

    /// <summary>Writes the replacement field whose content begins at <paramref name="start"/>; returns the place of its closing brace.</summary>
    private int Field(StringBuilder result, string format, int start, int depth)
    {
        var end = Close(format, start);
        var field = format[start..end];
        var inBrackets = 0;
        var nameEnd = 0;
        while (nameEnd < field.Length && (inBrackets > 0 || field[nameEnd] is not ('!' or ':')))
            inBrackets += field[nameEnd++] switch { '[' => 1, ']' => -1, _ => 0 };
        var value = Lookup(field[..nameEnd]);
        var rest = field[nameEnd..];
        if (rest.StartsWith('!'))
        {
            value = Converted(value, rest.Length > 1 ? rest[1] : throw RenderError.Value("end of string while looking for conversion specifier"));
            rest = rest[2..];
            if (rest.Length > 0 && rest[0] != ':')
                throw RenderError.Value("expected ':' after conversion specifier");
        }
        var specification = rest.Length > 1 ? Format(rest[1..], depth - 1) : "";
        var text = FormatSpecification.Apply(value, specification);
        context.Charge(text.Length);
        context.RequireLength((long)result.Length + text.Length);
        result.Append(text);
        return end;
    }

    private static int Close(string format, int start)
    {
        var open = 1;
        for (var i = start; i < format.Length; i++)
        {
            open += format[i] switch { '{' => 1, '}' => -1, _ => 0 };
            if (open == 0)
                return i;
        }
        throw RenderError.Value(start == format.Length ? "Single '{' encountered in format string" : "expected '}' before end of string");
    }

    private PythonValue Lookup(string name)
    {
        var first = name.IndexOfAny(['.', '[']);
        var value = Argument(first < 0 ? name : name[..first]);
        for (var i = first; i >= 0 && i < name.Length;)
        {
            if (name[i] == '.')
            {
                var end = name.IndexOfAny(['.', '['], i + 1);
                end = end < 0 ? name.Length : end;
                value = Attribute(value, name[(i + 1)..end]);
                i = end;
            }
            else
            {
                var end = name.IndexOf(']', i);
                if (name[i] != '[' || end < 0)
                    throw RenderError.Value("Missing ']' in format string");
                var key = name[(i + 1)..end];
                value = Jinja.Rendering.Lookup.Item(context, value, int.TryParse(key, NumberStyles.None, CultureInfo.InvariantCulture, out var index) ? index : key);
                i = end + 1;
            }
        }
        return value;
    }

    // The sandbox formats with Python's own Formatter class, whose messages and look-up differ from str.format.
    private bool IsSandboxed => context.Options.Immutable;

    private PythonValue Attribute(PythonValue value, string name) => IsSandboxed
        ? Jinja.Rendering.Lookup.Attribute(context, value, name)
        : value.GetAttribute(name) ?? throw new RenderError("AttributeError", $"'{value.TypeName}' object has no attribute '{name}'");

    private PythonValue Argument(string name)
    {
        var isNumber = int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place);
        if (name.Length == 0 || isNumber)
        {
            isAutomatic ??= name.Length == 0;
            if (isAutomatic != (name.Length == 0))
                throw RenderError.Value(isAutomatic.Value && !IsSandboxed
                    ? "cannot switch from automatic field numbering to manual field specification"
                    : "cannot switch from manual field specification to automatic field numbering");
            place = isNumber ? place : automatic++;
            return place < arguments.Positional.Count
                ? arguments.Positional[place]
                : throw new RenderError("IndexError", IsSandboxed ? "tuple index out of range" : $"Replacement index {place} out of range for positional args tuple");
        }
        return arguments.Keywords.GetValueOrDefault(name) ?? throw new RenderError("KeyError", $"'{name}'");
    }

    private static PythonValue Converted(PythonValue value, char conversion)
    {
        switch (conversion)
        {
            case 's':
                return value.ToString();
            case 'r':
                var writer = new ReprWriter();
                writer.Value(value);
                return writer.Text.ToString();
            default:
                throw RenderError.Value($"Unknown conversion specifier '{conversion}'");
        }
    }
}
