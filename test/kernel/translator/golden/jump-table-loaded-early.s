# A goto through a table of labels: what is loaded is jumped to some instructions later, and the entry's number kept meanwhile.
        mov     eax, [eax*4 + table]
        add     ecx, 4
        lea     edx, [edi + 48]
        jmp     eax
one:    mov     ebx, 10
        ret
two:    mov     ebx, 20
        ret

        .section .rodata
table:  .long   one, two, one
# 0x1000: 8b 04 85 00 20 00 00 83 c1 04 8d 57 30 ff e0 bb 0a 00 00 00 c3 bb 14 00 00 00 c3
# 0x2000: 0f 10 00 00 15 10 00 00 0f 10 00 00
