namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>A piece of a template.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for a string the unescaped value, for a number the digits without underscores.</param>
/// <param name="Line">The line it begins on, counted from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Line)
{
    /// <summary>How Jinja2's messages name it.</summary>
    public string Description => Kind switch
    {
        TokenKind.Name or TokenKind.Operator => Text,
        _ => Describe(Kind),
    };

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.Data => "template data / text",
        TokenKind.VariableBegin => "begin of print statement",
        TokenKind.VariableEnd => "end of print statement",
        TokenKind.BlockBegin => "begin of statement block",
        TokenKind.BlockEnd => "end of statement block",
        TokenKind.String => "string",
        TokenKind.Integer => "integer",
        TokenKind.Float => "float",
        TokenKind.End => "end of template",
        _ => "name",
    };
}
