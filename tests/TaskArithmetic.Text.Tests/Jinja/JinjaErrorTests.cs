using Microsoft.VisualStudio.TestTools.UnitTesting;
using TaskArithmetic.Diagnostics;
using TaskArithmetic.Text.Jinja;

namespace TaskArithmetic.Text.Tests.Jinja;

[TestClass]
public sealed class JinjaErrorTests
{
    [TestMethod]
    [DataRow("{{ x", "TemplateSyntaxError: unexpected end of template, expected 'end of print statement'.")]
    [DataRow("{{ 1 2 }}", "TemplateSyntaxError: expected token 'end of print statement', got 'integer'")]
    [DataRow("{% if x %}", "TemplateSyntaxError: Unexpected end of template. Jinja was looking for the following tags: 'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'.")]
    [DataRow("{% foo %}", "TemplateSyntaxError: Encountered unknown tag 'foo'.")]
    [DataRow("{{ (1] }}", "TemplateSyntaxError: unexpected ']', expected ')'")]
    [DataRow("{{ 'a }}", "TemplateSyntaxError: unexpected char \"'\" at 3")]
    [DataRow("{# x", "TemplateSyntaxError: Missing end of comment tag")]
    [DataRow("{{ x|foo }}", "TemplateAssertionError: No filter named 'foo'.")]
    [DataRow("{{ x is foo }}", "TemplateAssertionError: No test named 'foo'.")]
    [DataRow("{% include 'x' %}", "UnsupportedError: the tag 'include' is not supported")]
    [DataRow("{{ x|urlize }}", "UnsupportedError: the filter 'urlize' is not supported")]
    [DataRow("{{ x|batch(2) }}", "UnsupportedError: the filter 'batch' is not supported")]
    [DataRow("{{ x|slice(2) }}", "UnsupportedError: the filter 'slice' is not supported")]
    [DataRow("{{ x|groupby('role') }}", "UnsupportedError: the filter 'groupby' is not supported")]
    [DataRow("{{ x|truncate(9) }}", "UnsupportedError: the filter 'truncate' is not supported")]
    [DataRow("{{ 'upper' is filter }}", "UnsupportedError: the test 'filter' is not supported")]
    [DataRow("{% for x in tree recursive %}{% endfor %}", "UnsupportedError: a recursive loop is not supported")]
    [DataRow("{% print 1 %}", "UnsupportedError: the tag 'print' is not supported")]
    [DataRow("{% with a = 2 %}{{ a }}{% endwith %}", "UnsupportedError: the tag 'with' is not supported")]
    [DataRow("{% macro m(a) %}{{ varargs }}{% endmacro %}", "UnsupportedError: 'varargs' of macros is not supported")]
    [DataRow("{{ m(*x) }}", "UnsupportedError: an argument that is unpacked is not supported")]
    public void A_template_that_cannot_be_parsed_is_refused(string source, string expected) => Assert.AreEqual(expected, Template.Fail(source));

    [TestMethod]
    [DataRow("{{ missing.x }}", "UndefinedError: 'missing' is undefined")]
    [DataRow("{{ {}.x.y }}", "UndefinedError: 'dict object' has no attribute 'x'")]
    [DataRow("{{ [][0].y }}", "UndefinedError: list object has no element 0")]
    [DataRow("{{ 'a' + missing }}", "UndefinedError: 'missing' is undefined")]
    [DataRow("{{ 'a' + 1 }}", "TypeError: can only concatenate str (not \"int\") to str")]
    [DataRow("{{ none + 1 }}", "TypeError: unsupported operand type(s) for +: 'NoneType' and 'int'")]
    [DataRow("{{ 'a' < 1 }}", "TypeError: '<' not supported between instances of 'str' and 'int'")]
    [DataRow("{% for x in none %}{% endfor %}", "TypeError: 'NoneType' object is not iterable")]
    [DataRow("{{ 1 in 'a' }}", "TypeError: 'in <string>' requires string as left operand, not int")]
    [DataRow("{{ 1 // 0 }}", "ZeroDivisionError: integer division or modulo by zero")]
    [DataRow("{% for a, b in [[1]] %}{% endfor %}", "ValueError: not enough values to unpack (expected 2, got 1)")]
    [DataRow("{% set d = {} %}{% set d.x = 1 %}", "TemplateRuntimeError: cannot assign attribute on non-namespace object")]
    [DataRow("{% macro m() %}{% endmacro %}{{ m(1) }}", "TypeError: macro 'm' takes not more than 0 argument(s)")]
    [DataRow("{{ missing|tojson }}", "TypeError: Object of type Undefined is not JSON serializable")]
    [DataRow("{{ [1, 'a']|sort }}", "TypeError: '<' not supported between instances of 'str' and 'int'")]
    public void A_failing_operation_raises_the_error_of_Python(string source, string expected) => Assert.AreEqual(expected, Template.Fail(source));

    [TestMethod]
    [DataRow("{{ 'aB'.swapcase() }}", "the method 'swapcase' of str")]
    [DataRow("{{ 'a'.center(9) }}", "the method 'center' of str")]
    [DataRow("{{ '{a}'.format_map({'a': 1}) }}", "the method 'format_map' of str")]
    [DataRow("{{ '{x[a]}'.format(x={'a': 'z'}) }}", "a field of str.format that looks into its argument or is nested")]
    [DataRow("{{ '%*d' % (3, 1) }}", "the format '%*d'")]
    [DataRow("{{ '%o' % 8 }}", "the format '%o'")]
    [DataRow("{{ joiner(',') }}", "the function 'joiner'")]
    [DataRow("{{ cycler(1, 2) }}", "the function 'cycler'")]
    [DataRow("{% for x in [1] %}{{ loop.changed(x) }}{% endfor %}", "'loop.changed'")]
    [DataRow("{% macro m() %}{% endmacro %}{{ m.name }}", "the attribute 'name' of macros")]
    [DataRow("{{ '7'|int(base=7) }}", "the base 7 of the filter 'int'")]
    [DataRow("{{ 42.5|round(1, 'floor') }}", "the method 'floor' of the filter 'round'")]
    [DataRow("{{ -7.5 % 2 }}", "the operator '%' on floats")]
    [DataRow("{{ 2 ** -1 }}", "the operator '**' on floats")]
    [DataRow("{{ 12345678901234567890 / 3 }}", "a quotient of integers beyond 53 bits")]
    [DataRow("{{ '%e' % 1 }}", "the format '%e'")]
    [DataRow("{{ '{:#x}'.format(255) }}", "the format '#x'")]
    [DataRow("{{ '{:.3}'.format(2.5) }}", "a precision without the type 'f' for float")]
    [DataRow("{{ dict([('a', 1)]) }}", "dict() of anything but one dictionary and names")]
    public void What_no_template_was_found_to_use_is_refused_by_name(string source, string expected) =>
        Assert.AreEqual($"UnsupportedError: {expected} is not supported", Template.Fail(source));

    [TestMethod]
    [DataRow("{{ [].pop() }}", "the method 'pop' of list")]
    [DataRow("{{ {}.update({'a': 1}) }}", "the method 'update' of dict")]
    public void A_task_template_may_append_and_change_nothing_else(string source, string expected) =>
        Assert.AreEqual($"UnsupportedError: {expected} is not supported", Template.Fail(source, options: Template.Task));

    [TestMethod]
    [DataRow("{{ missing }}")]
    [DataRow("{% if missing %}{% endif %}")]
    [DataRow("{% for x in missing %}{% endfor %}")]
    [DataRow("{{ missing == 1 }}")]
    [DataRow("{{ missing ~ 'x' }}")]
    [DataRow("{{ [missing]|join }}")]
    public void A_task_template_may_not_use_what_is_undefined(string source) =>
        Assert.AreEqual("UndefinedError: 'missing' is undefined", Template.Fail(source, options: Template.Task));

    [TestMethod]
    public void A_task_template_may_ask_whether_something_is_defined() =>
        Assert.AreEqual("Falsex", Template.Render("{{ missing is defined }}{{ missing|default('x') }}", options: Template.Task));

    [TestMethod]
    public void A_chat_template_prints_nothing_for_what_is_undefined() =>
        Assert.AreEqual("[][][]", Template.Render("[{{ missing }}][{% for x in missing %}x{% endfor %}][{{ 'x' if missing }}]"));

    [TestMethod]
    public void An_error_names_the_template_and_the_line()
    {
        var error = Assert.ThrowsExactly<JinjaException>(() => Template.Render("a\n{% if true %}\n\n{{ x.y }}\n{% endif %}"));

        Assert.AreEqual(4, error.Line);
        Assert.AreEqual("test.jinja, line 4: UndefinedError: 'x' is undefined", error.Message);
        Assert.AreEqual("TA2352", error.Diagnostic.Code);
        Assert.AreEqual("template test.jinja, line 4: 'x' is undefined. Give the variable, or guard its use with 'is defined' or the filter 'default'.", error.Diagnostic.Message);
    }

    [TestMethod]
    public void An_unknown_filter_inside_a_condition_fails_only_when_it_is_reached()
    {
        Assert.AreEqual("ok", Template.Render("{% if false %}{{ x|foo }}{% endif %}{{ (x|foo) if false else 'ok' }}"));
        Assert.AreEqual("TemplateRuntimeError: No filter named 'foo' found.", Template.Fail("{% if true %}{{ x|foo }}{% endif %}"));
    }
}
