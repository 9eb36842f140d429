using System.Runtime.CompilerServices;
using TaskArithmetic.Text.Jinja.Syntax.Statements;

namespace TaskArithmetic.Text.Jinja.Syntax;

/// <summary>Reads a template's tokens into statements, by the grammar of Jinja2's parser.</summary>
internal sealed partial class Parser
{
    private readonly JinjaOptions options;
    private readonly List<Token> tokens;
    private readonly Stack<string> openTags = new();
    private readonly Stack<string[]> endTags = new();

    // Names of filters and tests that do not exist, with the depth of the frame they stand in.
    private readonly List<(TemplateSyntaxError Error, int Depth)> unknownNames = [];

    // Per open macro, which of the special names its body uses.
    private readonly Stack<HashSet<string>> macros = new();
    private int loopDepth;
    private int frameDepth;
    private int index;

    private Parser(List<Token> tokens, JinjaOptions options)
    {
        this.tokens = tokens;
        this.options = options;
    }

    public static Body Parse(string source, JinjaOptions options)
    {
        var parser = new Parser(Lexer.Tokenize(source, options), options);
        var body = parser.ParseBody(null);
        return parser.unknownNames.Count > 0 ? throw parser.unknownNames[0].Error : body;
    }

    private Token Current => tokens[index];

    private Token Ahead => tokens[Math.Min(index + 1, tokens.Count - 1)];

    private Token Next()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
            index++;
        return token;
    }

    private bool IsName(string name) => Current.Kind == TokenKind.Name && Current.Text == name;

    private bool IsOperator(string symbol) => Current.Kind == TokenKind.Operator && Current.Text == symbol;

    private bool SkipName(string name)
    {
        if (!IsName(name))
            return false;
        index++;
        return true;
    }

    private bool SkipOperator(string symbol)
    {
        if (!IsOperator(symbol))
            return false;
        index++;
        return true;
    }

    private Token Expect(TokenKind kind) => Current.Kind == kind ? Next() : throw Expected(Token.Describe(kind));

    private void ExpectName(string name)
    {
        if (!SkipName(name))
            throw Expected(name);
    }

    private void ExpectOperator(string symbol)
    {
        if (!SkipOperator(symbol))
            throw Expected(symbol);
    }

    private TemplateSyntaxError Expected(string what) => Current.Kind == TokenKind.End
        ? Fail($"unexpected end of template, expected '{what}'.")
        : Fail($"expected token '{what}', got '{Current.Description}'");

    private TemplateSyntaxError Fail(string reason, int? line = null) => new(reason, line ?? Current.Line);

    // An unknown name directly inside a condition is an error only if it is reached; Jinja2 does not forgive it in an inner frame.
    private void ForgiveUnknownNames(int first)
    {
        for (var i = unknownNames.Count - 1; i >= first; i--)
        {
            if (unknownNames[i].Depth == frameDepth)
                unknownNames.RemoveAt(i);
        }
    }

    private static void EnsureStack(int line)
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new TemplateSyntaxError("the template is nested too deeply", line, "LimitError");
    }
}
