using TaskArithmetic.Text.Jinja.Rendering;
using TaskArithmetic.Text.Jinja.Syntax.Expressions;
using TaskArithmetic.Text.Jinja.Values;
using TaskArithmetic.Text.Python;

namespace TaskArithmetic.Text.Jinja.Syntax.Statements;

/// <summary><c>for</c> with its optional condition, <c>else</c> and recursion.</summary>
internal sealed class ForStatement(int line, AssignmentTarget target, Expression source, Expression? condition, bool isRecursive, Body body, Body otherwise)
    : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        Loop(context, source.Evaluate(context), 0);
        return Flow.Normal;
    }

    private void Loop(RenderContext context, PythonValue items, int depth)
    {
        var outer = context.Scope;
        var iterable = condition is null ? items : new PythonIterator(Select(context, items.Iterate(), outer));
        var loop = new JinjaLoop(context, iterable, depth, isRecursive ? inner => Recurse(context, outer, inner, depth + 1) : null);
        var hasFinishedTurn = false;
        while (loop.MoveNext())
        {
            context.Step();
            var scope = new Scope(outer);
            scope.Set("loop", loop);
            var flow = context.Within(scope, () =>
            {
                target.Assign(context, loop.Current);
                return body.Execute(context);
            });
            hasFinishedTurn |= flow == Flow.Normal;
            if (flow == Flow.Break)
                break;
        }
        // As in Jinja2, turns cut short by break or continue do not count.
        if (!hasFinishedTurn && !otherwise.IsEmpty)
            context.Within(new Scope(outer), () => otherwise.Execute(context));
    }

    private IEnumerable<PythonValue> Select(RenderContext context, IEnumerable<PythonValue> items, Scope outer)
    {
        foreach (var item in items)
        {
            context.Step();
            var holds = context.Within(new Scope(outer), () =>
            {
                target.Assign(context, item);
                return condition!.Evaluate(context).IsTrue;
            });
            if (holds)
                yield return item;
        }
    }

    private PythonValue Recurse(RenderContext context, Scope outer, PythonValue items, int depth) =>
        context.Capture(() => context.Within(outer, () =>
        {
            Loop(context, items, depth);
            return Flow.Normal;
        }));
}
