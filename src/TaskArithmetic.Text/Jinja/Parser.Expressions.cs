using System.Globalization;
using System.Text;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja;

// Operators and literals, from the loosest binding to the tightest.
internal sealed partial class Parser
{
    // As in Jinja2, and unlike Python, powers associate to the left and bind less than a sign before them. 'not' and comparisons stand between the second
    // and the third level, '~' between the third and the fourth.
    private static readonly string[][] Levels = [["or"], ["and"], ["+", "-"], ["*", "/", "//", "%"], ["**"]];

    /// <summary>A part whose every evaluation counts as a step.</summary>
    private static Expression Node(Expression compute) => context =>
    {
        context.Step();
        return compute(context);
    };

    private Expression ParseExpression(bool withConditional = true)
    {
        EnsureStack();
        return withConditional ? ParseConditional() : ParseOr();
    }

    private Expression ParseConditional()
    {
        var line = Current.Line;
        var firstUnknown = unknownNames.Count;
        var value = ParseOr();
        while (SkipName("if"))
        {
            var (then, condition, otherwise, place) = (value, ParseOr(), SkipName("else") ? ParseConditional() : null, line);
            // What is left without an alternative is lenient even where undefined is strict, as in Jinja2.
            value = Node(c => condition(c).IsTrue ? then(c) : otherwise is not null ? otherwise(c)
                : new JinjaUndefined($"the inline if-expression on line {place} evaluated to false and no else section was defined.", strict: false));
            ForgiveUnknownNames(firstUnknown);
            line = Current.Line;
        }
        return value;
    }

    private Expression ParseOr() => ParseBinary(0);

    private Expression ParseBinary(int level)
    {
        var value = ParseOperand(level);
        while (Current.Kind is TokenKind.Name or TokenKind.Operator && Levels[level].Contains(Current.Text))
        {
            var (symbol, left, right) = (Next().Text, value, ParseOperand(level));
            // Of 'and' and 'or' the operand that decides is the result; the other may stay unevaluated.
            value = Node(c => left(c) is var first && symbol is not ("and" or "or") ? Operators.Apply(c, symbol, first, right(c))
                : first.IsTrue == (symbol == "and") ? right(c) : first);
        }
        return value;
    }

    private Expression ParseOperand(int level) => level switch
    {
        0 => ParseBinary(1),
        1 => ParseNot(),
        2 => ParseConcatenation(),
        3 => ParseBinary(4),
        _ => ParseUnary(),
    };

    private Expression ParseNot()
    {
        EnsureStack();
        return SkipName("not") ? Not(ParseNot()) : ParseComparison();
    }

    private static Expression Not(Expression operand) => Node(c => !operand(c).IsTrue);

    private Expression ParseComparison()
    {
        var first = ParseBinary(2);
        var rest = new List<(string Symbol, Expression Operand)>();
        while (true)
        {
            if (Current is { Kind: TokenKind.Operator, Text: "==" or "!=" or "<" or "<=" or ">" or ">=" } || IsName("in"))
                rest.Add((Next().Text, ParseBinary(2)));
            else if (IsName("not") && Ahead is { Kind: TokenKind.Name, Text: "in" })
            {
                index += 2;
                rest.Add(("not in", ParseBinary(2)));
            }
            else if (rest.Count == 0)
                return first;
            else
                break;
        }
        return Node(c =>
        {
            // Every neighbouring pair must hold; what comes after a pair that does not is left unevaluated.
            var left = first(c);
            foreach (var (symbol, operand) in rest)
            {
                var right = operand(c);
                if (!Comparison.Holds(c, symbol, left, right))
                    return false;
                left = right;
            }
            return true;
        });
    }

    /// <summary><c>a ~ b ~ c</c>: the printed forms joined.</summary>
    private Expression ParseConcatenation()
    {
        var operands = new List<Expression> { ParseBinary(3) };
        while (SkipOperator("~"))
            operands.Add(ParseBinary(3));
        return operands.Count == 1 ? operands[0] : Node(c =>
        {
            var text = new StringBuilder();
            foreach (var operand in operands)
                c.Append(text, operand(c).ToString());
            return text.ToString();
        });
    }

    private Expression ParseUnary(bool withFilter = true)
    {
        EnsureStack();
        var value = IsOperator("-") || IsOperator("+") ? Signed(Next().Text, ParseUnary(withFilter: false)) : ParsePrimary();
        value = ParsePostfix(value);
        return withFilter ? ParseFilterAndTest(value) : value;

        static Expression Signed(string symbol, Expression operand) => Node(c => Operators.Sign(symbol, operand(c)));
    }

    private Expression ParsePrimary()
    {
        var token = Current;
        switch (token)
        {
            case { Kind: TokenKind.Name }:
                return ParseName(Next().Text);
            case { Kind: TokenKind.String }:
                var text = "";
                while (Current.Kind == TokenKind.String)
                    text += Next().Text;
                return Constant(text);
            case { Kind: TokenKind.Integer }:
                return Constant(ParseInteger(Next().Text));
            case { Kind: TokenKind.Float }:
                return Constant(double.Parse(Next().Text, CultureInfo.InvariantCulture));
            case { Kind: TokenKind.Operator, Text: "(" }:
                Next();
                var inner = ParseTuple(isInParentheses: true);
                ExpectOperator(")");
                return inner;
            case { Kind: TokenKind.Operator, Text: "[" }:
                var items = ParseItems("[", "]", () => ParseExpression());
                return Node(c => new PythonList(items.Select(item => item(c))));
            case { Kind: TokenKind.Operator, Text: "{" }:
                return ParseDictionary();
            default:
                throw Fail($"unexpected '{token.Description}'", token.Line);
        }
    }

    private static Expression Constant(PythonValue value) => Node(_ => value);

    private static Expression TupleOf(List<Expression> items) => Node(c => new PythonTuple(items.Select(item => item(c))));

    private Expression ParseName(string name)
    {
        usesCaller |= name == "caller";
        if (macroDepth > 0 && name is "kwargs" or "varargs")
            throw PythonError.Unsupported($"'{name}' of macros", Current.Line);
        return name switch
        {
            "true" or "True" => Constant(true),
            "false" or "False" => Constant(false),
            "none" or "None" => Constant(PythonNone.Instance),
            _ => Node(c => c.Scope.Find(name) ?? c.Undefined($"'{name}' is undefined")),
        };
    }

    // Jinja, unlike Python, takes leading zeros.
    private PythonInteger ParseInteger(string text) => new(NumberText.ParseInteger(text, text is ['0', (>= 'A' and <= 'z'), ..] ? 0 : 10)
        ?? throw Fail($"an integer has more than {NumberText.MaxDigits} digits"));

    private List<T> ParseItems<T>(string open, string close, Func<T> parseItem)
    {
        var items = new List<T>();
        ExpectOperator(open);
        while (!SkipOperator(close))
        {
            if (items.Count > 0)
                ExpectOperator(",");
            if (SkipOperator(close))
                break;
            items.Add(parseItem());
        }
        return items;
    }

    private Expression ParseDictionary()
    {
        var entries = ParseItems("{", "}", () =>
        {
            var key = ParseExpression();
            ExpectOperator(":");
            return (Key: key, Value: ParseExpression());
        });
        return Node(c =>
        {
            var result = new PythonDictionary();
            foreach (var (key, value) in entries)
            {
                var name = key(c);
                c.SpendOn(name);
                result.Mutable[name] = value(c);
            }
            return result;
        });
    }

    private bool IsTupleEnd() => IsMark(Lexer.VariableEnd) || IsMark(Lexer.BlockEnd) || IsOperator(")");

    private Expression ParseTuple(bool withConditional = true, string? endName = null, bool isInParentheses = false)
    {
        var items = new List<Expression>();
        var isTuple = false;
        while (!(IsTupleEnd() || (endName is not null && IsName(endName))))
        {
            items.Add(ParseExpression(withConditional));
            if (!SkipOperator(","))
                break;
            isTuple = true;
        }
        if (!isTuple && items.Count > 0)
            return items[0];
        return isTuple || isInParentheses ? TupleOf(items) : throw Fail($"Expected an expression, got '{Current.Description}'");
    }
}
