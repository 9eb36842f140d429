using TaskArithmetic.Evaluation.Jinja.Rendering;
using TaskArithmetic.Evaluation.Jinja.Syntax.Expressions;
using TaskArithmetic.Evaluation.Jinja.Values;

namespace TaskArithmetic.Evaluation.Jinja.Syntax.Statements;

/// <summary><c>for</c> with its optional condition, <c>else</c> and recursion.</summary>
internal sealed class ForStatement(int line, AssignmentTarget target, Expression source, Expression? condition, bool isRecursive, Body body, Body otherwise)
    : Statement(line)
{
    protected override Flow Run(RenderContext context)
    {
        Loop(context, source.Evaluate(context), 0);
        return Flow.Normal;
    }

    private void Loop(RenderContext context, JinjaValue items, int depth)
    {
        var outer = context.Scope;
        var iterable = condition is null ? items : new JinjaIterator(Select(context, items.Iterate(), outer));
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

    private IEnumerable<JinjaValue> Select(RenderContext context, IEnumerable<JinjaValue> items, Scope outer)
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

    private JinjaValue Recurse(RenderContext context, Scope outer, JinjaValue items, int depth) =>
        context.Capture(() => context.Within(outer, () =>
        {
            Loop(context, items, depth);
            return Flow.Normal;
        }));
}
