using System.Runtime.CompilerServices;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

/// <summary>A part of a template that has a value.</summary>
internal delegate PythonValue Expression(RenderContext context);

/// <summary>A part of a template that does something.</summary>
internal delegate Flow Statement(RenderContext context);

/// <summary>What <c>set</c> and <c>for</c> assign to.</summary>
internal delegate void Assignment(RenderContext context, PythonValue value);

/// <summary>Turns a template's tokens into a function that renders it, by the grammar of Jinja2's parser.</summary>
internal sealed partial class Parser
{
    private readonly JinjaOptions options;
    private readonly List<Token> tokens;
    private readonly Stack<string> openTags = new();
    private readonly Stack<string[]> endTags = new();

    // Names of filters and tests that do not exist, with the depth of the frame they stand in.
    private readonly List<(PythonError Error, int Depth)> unknownNames = [];

    private int macroDepth;
    private bool usesCaller;
    private int loopDepth;
    private int frameDepth;
    private int index;

    private Parser(List<Token> tokens, JinjaOptions options)
    {
        this.tokens = tokens;
        this.options = options;
    }

    public static Statement Parse(string source, JinjaOptions options)
    {
        var parser = new Parser(Lexer.Tokenize(source, options), options);
        var body = parser.ParseBody(null);
        return parser.unknownNames.Count > 0 ? throw parser.unknownNames[0].Error : body;
    }

    private Token Current => tokens[index];

    private Token Ahead => tokens[Math.Min(index + 1, tokens.Count - 1)];

    private Token Next() => IsMark(Lexer.End) ? Current : tokens[index++];

    private bool Is(TokenKind kind, string text) => Current.Kind == kind && Current.Text == text;

    private bool IsName(string name) => Is(TokenKind.Name, name);

    private bool IsOperator(string symbol) => Is(TokenKind.Operator, symbol);

    private bool IsMark(string mark) => Is(TokenKind.Mark, mark);

    private bool Skip(bool isThere)
    {
        index += isThere ? 1 : 0;
        return isThere;
    }

    private bool SkipName(string name) => Skip(IsName(name));

    private bool SkipOperator(string symbol) => Skip(IsOperator(symbol));

    private string ExpectName() => Current.Kind == TokenKind.Name ? Next().Text : throw Expected("name");

    private void Expect(bool wasThere, string what)
    {
        if (!wasThere)
            throw Expected(what);
    }

    private void ExpectOperator(string symbol) => Expect(SkipOperator(symbol), symbol);

    private void ExpectMark(string mark) => Expect(Skip(IsMark(mark)), mark);

    private PythonError Expected(string what) => Fail(IsMark(Lexer.End)
        ? $"unexpected end of template, expected '{what}'."
        : $"expected token '{what}', got '{Current.Description}'");

    private PythonError Fail(string reason, int? line = null) => new("TemplateSyntaxError", reason, line ?? Current.Line);

    // An unknown name directly inside a condition is an error only if it is reached; Jinja2 does not forgive it in an inner frame.
    private void ForgiveUnknownNames(int first)
    {
        for (var i = unknownNames.Count - 1; i >= first; i--)
        {
            if (unknownNames[i].Depth == frameDepth)
                unknownNames.RemoveAt(i);
        }
    }

    private void EnsureStack()
    {
        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
            throw new PythonError("LimitError", "the template is nested too deeply", Current.Line);
    }
}
