namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>The kinds of tokens of a template.</summary>
internal enum TokenKind
{
    Data,
    VariableBegin,
    VariableEnd,
    BlockBegin,
    BlockEnd,
    Name,
    String,
    Integer,
    Float,
    Operator,
    End,
}
