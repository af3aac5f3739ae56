'use strict';
{
    // One more row of parts inside a sheet. The number of its sheet may have changed since the page was written; that of its counter says which it is.
    const addPart = (parts) => {
        const total = parts.querySelector('input[name$="-TOTAL_FORMS"]');
        const prefix = total.name.replace(/-TOTAL_FORMS$/, '');
        const row = parts.querySelector('template').innerHTML.replace(/(name|id|for)="(id_)?[^"]*-__prefix__-/g, `$1="$2${prefix}-${total.value}-`);
        parts.querySelector('tbody').insertAdjacentHTML('beforeend', row);
        total.value = Number(total.value) + 1;
        parts.querySelector('tbody').lastElementChild.querySelector('input, textarea').focus();
    };

    document.addEventListener('click', (event) => {
        const button = event.target.closest('[data-add-part]');
        if (button) {
            event.preventDefault();
            addPart(button.closest('.parts'));
        }
    });
}
